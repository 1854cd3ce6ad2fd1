import type { CallInput, CallView, Delivery, Ended, RoomEvent, Stage } from '../../contract/index.js';
import type { OrgLimits } from '../limits.js';
import type { CallList, ListQuery } from '../schemas/requests.js';

export interface StartCall {
  input: CallInput;
  /** Tells a repeated request from another one under the same key. */
  requestHash: string;
  /** The caller may repeat this request: somebody else may have started the call. */
  keyed: boolean;
  /** Longest wait for an agent that is ready; undefined does not wait. Milliseconds. */
  waitReadyMs?: number;
  /** The same for a flow that has started, or a call that ended before. */
  waitStartedMs?: number;
  /** Aborted when the gateway is told to stop: a wait then runs out before its time. */
  stopping?: AbortSignal;
  /** Undefined: the call needs no place. */
  limits?: OrgLimits;
  /** How long the call may wait for its place; undefined does not wait. Milliseconds. */
  queueMs?: number;
}

export interface Started {
  status: CallView['status'];
  stage: Stage;
  /** The wait ran out before the agent was ready; the call goes on. */
  timedOut?: true;
  ended?: Ended;
}

/** Told of a call that cannot be decrypted. */
export type Unreadable = (callId: string, error: Error) => void;

/** What the gateway asks of calls. Everything answers or throws a Problem within seconds, whatever is down. */
export interface Calls {
  start(call: StartCall): Promise<Started>;
  /** Starts a call that came in by phone. False: it has been started before. @throws Problem concurrency-limit */
  startInbound(call: Pick<StartCall, 'input' | 'limits'>): Promise<boolean>;
  view(org: string, callId: string): Promise<CallView>;
  /** What became of the call's events at the endpoints of its organisation. */
  deliveries(org: string, callId: string): Promise<Delivery[]>;
  list(org: string, query: ListQuery): Promise<CallList>;
  hangup(org: string, callId: string, reason?: string): Promise<void>;
  /** Hands the caller of a phone call over to somebody else. */
  transfer(org: string, callId: string, to: string): Promise<void>;
  /** Tells the call what happened in its room. False: there is no such call, or it has ended. */
  roomEvent(callId: string, event: RoomEvent): Promise<boolean>;
  /** How many calls there are, of all organisations. */
  countActive(): Promise<number>;
  /** Calls of all organisations that ended at `since` (milliseconds since the epoch) or later, but those of `known`. */
  endedSince(since: number, known: ReadonlySet<string>, unreadable: Unreadable): Promise<CallView[]>;
  /** Throws when Temporal does not answer. */
  ready(): Promise<void>;
}
