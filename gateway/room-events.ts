import type { ParticipantInfo, WebhookEvent } from 'livekit-server-sdk';
import {
  CALLER_IDENTITY,
  callIdOfSip,
  INBOUND_ROOM_PREFIX,
  isAgentIdentity,
  PHONE_LEFT,
  roomName,
  SIP_ATTRIBUTES,
} from '../contract/index.js';
import type { RoomEvent } from '../contract/index.js';

/** LiveKit's DisconnectReason: the participant asked to leave. */
const CLIENT_INITIATED = 1;
/** The room was deleted and took the participant along: `room_finished` says the rest. */
const ROOM_DELETED = 5;

/** LiveKit's ParticipantInfo.Kind. */
const SIP = 3;
const AGENT = 4;

export interface CallRoomEvent {
  callId: string;
  event: RoomEvent;
}

/** What a webhook tells one of our calls; undefined for rooms that are not ours and for what no call asks about. */
export function callRoomEvent(webhook: WebhookEvent, namespace: string): CallRoomEvent | undefined {
  const callId = callOfRoom(webhook, namespace);
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
  const why = Number(disconnectReason);
  const phone = PHONE_LEFT[why];
  return {
    kind: 'left',
    identity,
    sid,
    at,
    ...(why === CLIENT_INITIATED && { intentional: true }),
    ...(phone && { phone }),
  };
}

/** Where the agent is somebody else's, nobody of ours is in the room to tell that the caller came. */
function callerJoined({ event, room, participant, createdAt }: WebhookEvent): RoomEvent | undefined {
  if (event !== 'participant_joined' || !participant || !isCaller(participant)) return;
  if (!durableCalls(room?.metadata ?? '')?.own) return;
  const { identity, sid } = participant;
  return { kind: 'joined', identity, sid, at: Number(createdAt) * 1_000 };
}

type Someone = Pick<ParticipantInfo, 'identity' | 'kind'>;

/** Phones have an identity of their own; which of them is the caller the call knows. */
const isCaller = ({ identity, kind }: Someone): boolean => identity === CALLER_IDENTITY || Number(kind) === SIP;

/** Others may be in the room. Agents of others have an identity of their own. */
const isOfCall = (someone: Someone): boolean =>
  isCaller(someone) || isAgentIdentity(someone.identity) || Number(someone.kind) === AGENT;

/** The room's metadata names namespace and call. Some events carry no metadata: then the room's name does. */
function callOfRoom({ room, participant }: WebhookEvent, namespace: string): string | undefined {
  if (!room) return undefined;
  const ours = durableCalls(room.metadata);
  if (ours && ours.namespace !== namespace) return undefined;
  if (room.name.startsWith(`${INBOUND_ROOM_PREFIX}_`)) return callOfPhone(ours, participant);
  const callId = ours ? ours.callId : room.name.slice(roomName('').length);
  const fits = typeof callId === 'string' && callId !== '' && room.name === roomName(callId);
  return fits ? callId : undefined;
}

/** LiveKit has named the room of a phone call. Until the call takes it over only the phone tells whose it is. */
function callOfPhone(ours: RoomOfCall | undefined, participant: WebhookEvent['participant']): string | undefined {
  if (typeof ours?.callId === 'string') return ours.callId;
  const sipCallId = participant?.attributes[SIP_ATTRIBUTES.callId];
  return sipCallId && callIdOfSip(sipCallId);
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
