import { setTimeout as sleep } from 'node:timers/promises';
import { DisconnectReason, RoomEvent } from '@livekit/rtc-node';
import type { RemoteParticipant, Room } from '@livekit/rtc-node';
import { CALLER_IDENTITY, PHONE_LEFT, SIP_ATTRIBUTES } from '../../contract/index.js';
import type { AgentReady, RoomEvent as RoomMessage } from '../../contract/index.js';

/** LiveKit's ParticipantState; rtc-node does not export it. */
const ACTIVE = 2;
const LOOK_EVERY_MS = 20;
/** What LiveKit SIP says of a phone that nobody has picked up, or that it has not picked up itself. */
const NOT_ANSWERED = ['dialing', 'ringing'];
/** Its ACK and its media may take 2.75 s of this. Milliseconds. */
const ANSWERED_MS = 5_000;

/** How long the arrival of a caller waits to travel with the agent's `ready`: each message to the call is history. */
const TOGETHER_MS = 500;

interface CallerReport {
  /** The job is connected: a caller who is there already is told of soon. */
  connected(): void;
  /** The caller who is there and was not told of yet; from now on who comes is told of at once. */
  arrival(): { caller?: AgentReady['caller'] };
}

/** Tells the call who comes and goes; call it before connecting, so that nobody is missed. */
export function reportCaller(
  room: Room,
  report: (event: RoomMessage) => void,
  caller: string = CALLER_IDENTITY,
): CallerReport {
  const tell = (kind: 'joined' | 'left', participant: RemoteParticipant) => {
    const { identity, sid, disconnectReason } = participant;
    if (identity !== caller || !sid) return;
    const why = kind === 'left' ? Number(disconnectReason) : undefined;
    const intentional = why === DisconnectReason.CLIENT_INITIATED;
    const phone = why === undefined ? undefined : PHONE_LEFT[why];
    report({ kind, identity, sid, at: Date.now(), ...(intentional && { intentional }), ...(phone && { phone }) });
  };
  room.on(RoomEvent.ParticipantConnected, (participant) => tell('joined', participant));
  room.on(RoomEvent.ParticipantDisconnected, (participant) => tell('left', participant));
  let later: NodeJS.Timeout | undefined;
  const reportPresent = () => {
    later = undefined;
    room.remoteParticipants.forEach((participant) => tell('joined', participant));
  };
  return {
    connected: () => (later = setTimeout(reportPresent, TOGETHER_MS)),
    arrival() {
      const sid = later && room.remoteParticipants.get(caller)?.sid;
      clearTimeout(later);
      return sid ? { caller: { sid, at: Date.now() } } : {};
    },
  };
}

/**
 * Resolves when a caller who is in the room can hear. LiveKit lists and subscribes a participant before its media
 * connection is up: what is said until then is lost. A caller who never connects is removed by LiveKit; nobody is
 * waited for then. A phone hears nothing while it rings, nor while it is being answered. rtc-node keeps the state but has
 * no event for it. A phone whose connection LiveKit SIP has renewed says for ever that it rings: not for long.
 */
export async function callerCanHear(room: Room, signal: AbortSignal, caller: string = CALLER_IDENTITY): Promise<void> {
  const until = Date.now() + ANSWERED_MS;
  const deaf = () => {
    const { info, attributes = {} } = room.remoteParticipants.get(caller) ?? {};
    const rings = NOT_ANSWERED.includes(attributes[SIP_ATTRIBUTES.status] ?? '') && Date.now() < until;
    return (info?.state ?? ACTIVE) < ACTIVE || rings;
  };
  while (deaf() && !signal.aborted) await sleep(LOOK_EVERY_MS);
}
