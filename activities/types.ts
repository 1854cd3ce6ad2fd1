import type { Filled, FilledRequest } from '../callflow/commands.js';
import type {
  CallEvent,
  DeliveryPolicy,
  Dialled,
  DispatchMetadata,
  EventCursor,
  Place,
  RemoteMessage,
  RemoteStarted,
  RemoteTurn,
  Transferred,
  Variables,
} from '../contract/index.js';

/** Activities on the `calls` queue. Each is idempotent: Temporal may run it again when an answer was lost. */
export interface CallActivities {
  createRoom(room: NewRoom): Promise<void>;
  /** Makes a room that LiveKit has made for a phone call this call's. */
  takeRoomOver(room: OwnedRoom): Promise<void>;
  /** Deletes the room and everything in it. A room that is gone already counts as deleted. */
  deleteRoom(room: { room: string }): Promise<void>;
  /** Who LiveKit says is there: what settles a hint that someone or the room is gone. */
  lookAtRoom(room: { room: string; caller?: string }): Promise<RoomSeen>;
  /** Dispatches the agent of one attempt, at most once per attempt. */
  dispatchAgent(dispatch: Dispatch): Promise<void>;
  /** Puts right what calls could not: see `reconcile.ts`. */
  reconcile(options: { olderThanMs: number }): Promise<Reconciled>;
  /** What has become of calls that hold a place: see `compare-calls.ts`. */
  compareCalls(calls: { callIds: string[]; org?: string }): Promise<ComparedCalls>;
  /** Removes one attempt's dispatch and its agent from the room. */
  withdrawAgent(dispatch: Withdrawal): Promise<void>;
  /** Waits for the end of an own agent's conversation: kept alive, and ended, from outside. See `own-agent.ts`. */
  ownAgent(agent: { callId: string; attempt: number }): Promise<void>;
}

export interface Dispatch {
  room: string;
  agentName: string;
  metadata: DispatchMetadata;
  /** Somebody else's agent: its metadata are those of docs/own-agent.md. */
  own?: boolean;
}

export interface Withdrawal {
  room: string;
  attempt: number;
  /** Of the agent in the room. Default: `agent-<attempt>`. */
  identity?: string;
}

export interface OwnedRoom {
  room: string;
  callId: string;
  org: string;
  /** The agent in it will be somebody else's: nobody of ours is there to tell who comes. */
  own?: boolean;
}

export interface NewRoom extends OwnedRoom {
  /** Made together with the room: one request less to wait for. */
  dispatch?: Dispatch;
  /** How long nobody may be in it before anyone was, and after somebody was. Milliseconds. */
  emptyMs: number;
  departureMs: number;
}

export interface RoomSeen {
  exists: boolean;
  identities: string[];
  /** The caller's session, when the caller is there. */
  callerSid?: string;
}

export interface Reconciled {
  /** Rooms of calls that are over. */
  deleted: string[];
  /** Open calls whose room is not there: told so, they look themselves. */
  hinted: string[];
  /** Rooms with a phone that rings and no call yet: the gateway was told once more. */
  announced?: string[];
}

export interface ComparedCalls {
  /** Every call that is at work, of this organisation or of all. */
  running: Place[];
  /** Of those asked about: ended, and not there. */
  over: string[];
  unknown: string[];
}

/** What reaches a flow's own servers. Nothing of an answer's body but the values asked for leaves the activity. */
export interface HttpActivities {
  /** One attempt; Temporal repeats it. @throws ApplicationFailure, its type one of HTTP_FAILURES */
  sendRequest(send: HttpSend): Promise<{ status: number; values: Variables }>;
}

export interface HttpSend {
  callId: string;
  node: string;
  request: FilledRequest;
  /** Variable → JSON path into the answer. */
  save: Record<string, string>;
  /** The same for all attempts. */
  idempotencyKey: string;
}

/** On the queue `call-events`: what follows a call and tells the outside. See `call-events/`. */
export interface CallEventActivities {
  /** The endpoints of an organisation, by their ids, and how to deal with them. */
  endpointsOf(of: { org: string }): Promise<Subscriptions>;
  /** What has happened to the call since; fails, to be run again, when nothing has. */
  watchCall(watch: WatchCall): Promise<SeenOfCall>;
  /** One attempt; Temporal repeats it. @throws ApplicationFailure with a FailedAttempt as its detail */
  deliverEvent(delivery: { org: string; endpoint: string; event: CallEvent }): Promise<Delivered>;
}

export interface Subscriptions {
  endpoints: { id: string; events: readonly string[] }[];
  policy: DeliveryPolicy;
}

export interface WatchCall {
  callId: string;
  org: string;
  cursor: EventCursor;
  expectBy: number;
}

export interface SeenOfCall {
  events: CallEvent[];
  cursor: EventCursor;
  /** Nothing more will happen. */
  over: boolean;
  /** The call is not there, and no longer expected. */
  never?: true;
}

export interface Delivered {
  attempt: number;
  httpStatus: number;
  /** The endpoint wants no more (410). */
  gone?: true;
}

/** What reaches the backend of a remote flow. The words that come back are spoken, so they are in the history. */
export interface RemoteActivities {
  /** One attempt; Temporal repeats it. @throws ApplicationFailure, its type REMOTE_REFUSED or one of HTTP_FAILURES */
  startRemote(send: RemoteSend<'start'>): Promise<RemoteStarted>;
  /** The same. A streamed answer's sentences are signalled as they come. */
  remoteTurn(send: RemoteSend<'turn'>): Promise<RemoteTurned>;
  endRemote(send: RemoteSend<'end'>): Promise<void>;
}

export interface RemoteSend<T extends RemoteMessage['type']> {
  /** As the flow's file has it: `config.` and `secrets.` are looked up when it is sent. */
  backend: { url: string; headers?: Record<string, string>; timeoutMs: number; streaming?: boolean };
  message: Extract<RemoteMessage, { type: T }>;
  /** The same for all attempts. */
  idempotencyKey: string;
}

export interface RemoteTurned {
  /** Those that were streamed. */
  sentences: string[];
  turn: RemoteTurn;
}

/** Calls to the telephone network, which cost money: none is ever made twice. */
export interface PhoneActivities {
  /** Calls the phone and waits until it answers, or does not. Its line is the caller's, in the room. */
  dial(dial: Dial): Promise<Dialled>;
  /** After the room was deleted: a phone that was being dialled meanwhile brings its room back. */
  hangUpPhone(room: { room: string }): Promise<void>;
  /** Hands the caller over to somebody else and waits for the outcome. */
  transferCaller(transfer: Transfer): Promise<Transferred>;
}

export interface Dial {
  callId: string;
  room: string;
  phone: string;
  /** How long it may ring. LiveKit counts whole seconds. Milliseconds. */
  ringMs: number;
  /** The line is cut off after so long, even when nothing of ours is left to do it. Milliseconds. */
  maxDurationMs: number;
  /** A phone that is looked for must turn up within this time. Milliseconds. */
  absentMs: number;
}

export interface Transfer {
  callId: string;
  room: string;
  /** Of the caller, in the room. */
  identity: string;
  /** A phone number, or a `sip:` or `tel:` address. */
  to: Filled;
  /** How long it may ring. Milliseconds. */
  ringMs: number;
  /** The caller hears it ring, instead of the agent. */
  ringback: boolean;
}
