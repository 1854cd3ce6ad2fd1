import type { ParticipantInfo, WebhookEvent } from 'livekit-server-sdk';
import { CALLER_IDENTITY, isAgentIdentity, roomName } from '../contract/index.js';
import type { RoomEvent } from '../contract/index.js';

/** LiveKit's DisconnectReason: the participant asked to leave. */
const CLIENT_INITIATED = 1;
/** The room was deleted and took the participant along: `room_finished` says the rest. */
const ROOM_DELETED = 5;

/** LiveKit's ParticipantInfo.Kind. */
const AGENT = 4;

export interface CallRoomEvent {
  callId: string;
  event: RoomEvent;
}

/** What a webhook tells one of our calls; undefined for rooms that are not ours and for what no call asks about. */
export function callRoomEvent(webhook: WebhookEvent, namespace: string): CallRoomEvent | undefined {
  const callId = callOfRoom(webhook.room, namespace);
  const event = roomEvent(webhook) ?? callerJoined(webhook);
  return callId !== undefined && event ? { callId, event } : undefined;
}

function roomEvent({ event, participant, createdAt }: WebhookEvent): RoomEvent | undefined {
  const at = Number(createdAt) * 1_000;
  if (event === 'room_finished') return { kind: 'room-finished', at };
  if (!participant || !isOfCall(participant)) return;
  const { identity, sid, disconnectReason } = participant;
  // Who comes is told by the job, which is in the room; each message is an event in the call's history.
  if (event !== 'participant_left' || Number(disconnectReason) === ROOM_DELETED) return;
  return {
    kind: 'left',
    identity,
    sid,
    at,
    ...(Number(disconnectReason) === CLIENT_INITIATED && { intentional: true }),
  };
}

/** Where the agent is somebody else's, nobody of ours is in the room to tell that the caller came. */
function callerJoined({ event, room, participant, createdAt }: WebhookEvent): RoomEvent | undefined {
  if (event !== 'participant_joined' || participant?.identity !== CALLER_IDENTITY) return;
  if (!durableCalls(room?.metadata ?? '')?.own) return;
  return { kind: 'joined', identity: CALLER_IDENTITY, sid: participant.sid, at: Number(createdAt) * 1_000 };
}

/** Others may be in the room. Agents of others have an identity of their own. */
const isOfCall = ({ identity, kind }: Pick<ParticipantInfo, 'identity' | 'kind'>): boolean =>
  identity === CALLER_IDENTITY || isAgentIdentity(identity) || Number(kind) === AGENT;

/** The room's metadata names namespace and call. Some events carry no metadata: then the room's name does. */
function callOfRoom(room: WebhookEvent['room'], namespace: string): string | undefined {
  if (!room) return undefined;
  const ours = durableCalls(room.metadata);
  const callId = ours ? ours.callId : room.name.slice(roomName('').length);
  const fits = typeof callId === 'string' && callId !== '' && room.name === roomName(callId);
  return fits && (!ours || ours.namespace === namespace) ? callId : undefined;
}

interface RoomOfCall {
  namespace?: unknown;
  callId?: unknown;
  own?: unknown;
}

function durableCalls(metadata: string): RoomOfCall | undefined {
  try {
    return (JSON.parse(metadata) as { durableCalls?: RoomOfCall } | null)?.durableCalls;
  } catch {
    return undefined;
  }
}
