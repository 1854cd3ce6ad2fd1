import { setTimeout as sleep } from 'node:timers/promises';
import { DisconnectReason, RoomEvent } from '@livekit/rtc-node';
import type { RemoteParticipant, Room } from '@livekit/rtc-node';
import { CALLER_IDENTITY, PHONE_LEFT, SIP_ATTRIBUTES } from '../../contract/index.js';
import type { AgentReady, RoomEvent as RoomMessage } from '../../contract/index.js';
import type { ListedCaller } from '../relay/protocol.js';

/** LiveKit's ParticipantState; rtc-node does not export it. */
const ACTIVE = 2;
const LOOK_EVERY_MS = 30;
/** What LiveKit SIP says of a phone that nobody has picked up, or that it has not picked up itself. */
const NOT_ANSWERED = ['dialing', 'ringing'];
/** Its ACK and its media may take 2.75 s of this. Milliseconds. */
const ANSWERED_MS = 5_000;

/** How long the arrival of a caller waits to travel with the agent's `ready`: each message to the call is history. */
const TOGETHER_MS = 500;

/** Asks LiveKit's API, which knows sooner than the room tells. */
export type Listed = () => Promise<ListedCaller | null>;
export const nobody: Listed = async () => null;

type Someone = Pick<RemoteParticipant, 'identity' | 'sid'> & Partial<Pick<RemoteParticipant, 'disconnectReason'>>;

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
  listed: Listed = nobody,
): CallerReport {
  const joined = new Set<string>();
  const tell = (kind: 'joined' | 'left', { identity, sid, disconnectReason }: Someone) => {
    if (identity !== caller || !sid || (kind === 'joined' && joined.has(sid))) return;
    joined.add(sid);
    const why = kind === 'left' ? Number(disconnectReason) : undefined;
    const intentional = why === DisconnectReason.CLIENT_INITIATED;
    const phone = why === undefined ? undefined : PHONE_LEFT[why];
    report({ kind, identity, sid, at: Date.now(), ...(intentional && { intentional }), ...(phone && { phone }) });
  };
  const sidHere = () => room.remoteParticipants.get(caller)?.sid ?? found;
  let found: string | undefined;
  let later: NodeJS.Timeout | undefined;
  const reportPresent = () => {
    later = undefined;
    tell('joined', { identity: caller, sid: sidHere() });
  };
  room.on(RoomEvent.ParticipantConnected, (participant) => tell('joined', participant));
  room.on(RoomEvent.ParticipantDisconnected, (participant) => tell('left', participant));
  // Somebody listens: LiveKit may not have told yet who.
  room.on(RoomEvent.LocalTrackSubscribed, async () => {
    if (sidHere()) return;
    found = (await listed())?.sid;
    if (!later) reportPresent();
  });
  return {
    connected: () => (later = setTimeout(reportPresent, TOGETHER_MS)),
    arrival() {
      const sid = later && sidHere();
      clearTimeout(later);
      later = undefined;
      if (!sid) return {};
      joined.add(sid);
      return { caller: { sid, at: Date.now() } };
    },
  };
}

/**
 * Resolves when a caller who is in the room can hear. LiveKit lists and subscribes a participant before its media
 * connection is up: what is said until then is lost. A caller who never connects is removed by LiveKit; nobody is
 * waited for then. A phone hears nothing while it rings, nor while it is being answered. rtc-node keeps the state but has
 * no event for it, and LiveKit tells the room of it up to 3 s late when the caller publishes nothing: its API is asked.
 * A phone whose connection LiveKit SIP has renewed says for ever that it rings: not for long.
 */
export async function callerCanHear(
  room: Room,
  signal: AbortSignal,
  caller: string = CALLER_IDENTITY,
  listed: Listed = nobody,
): Promise<void> {
  const until = Date.now() + ANSWERED_MS;
  const deaf = async () => {
    const { info, attributes = {} } = room.remoteParticipants.get(caller) ?? {};
    if (NOT_ANSWERED.includes(attributes[SIP_ATTRIBUTES.status] ?? '') && Date.now() < until) return true;
    if (info?.state === ACTIVE) return false;
    const now = await listed();
    return now ? !now.active : (info?.state ?? ACTIVE) < ACTIVE;
  };
  while (!signal.aborted && (await deaf())) await sleep(LOOK_EVERY_MS);
}
