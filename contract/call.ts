import type { CallPlace } from './admission.js';
import type { Ended, EndedReason } from './ended.js';
import type { Flow, Json, RemoteFlow, Variables } from './flow.js';
import type { OwnFlow } from './own-agent.js';
import type { CallPolicy } from './policy.js';
import type { Stage } from './stages.js';

export type Direction = 'web' | 'inbound' | 'outbound';

/** The input of the call workflow. Everything a call needs travels in it, so an edit never changes a running call. */
export interface CallInput {
  callId: string;
  org: string;
  room: string;
  direction: Direction;
  agentName: string;
  flow: Flow | RemoteFlow | OwnFlow;
  /** Content hash of the flow, hexadecimal. */
  flowHash: string;
  /** Declared variables with defaults filled in, checked at the edge; an own agent's are passed on as they came. */
  variables: Variables;
  policy: CallPolicy;
  /** Outbound calls: who is called. Personal: it stays out of search attributes, summaries, logs and the view. */
  to?: { phone: string };
  /** A scheduled call begins then. Milliseconds since the epoch. */
  startAt?: number;
  /** Milliseconds since the epoch: a call nobody could start by then is not started late. */
  startBy: number;
  metadata?: Record<string, string>;
  /** W3C Trace Context of the request, where it is traced. */
  traceparent?: string;
  /** Only where concurrent calls are limited. */
  place?: CallPlace;
  /** Identity of the caller in the room. Default: CALLER_IDENTITY. */
  caller?: string;
  /** Came in by phone: room and caller are there already, and the call takes them over. */
  inbound?: {
    /** The caller's session in the room. */
    callerSid: string;
  };
  /** Nobody serves this call: it is there to end with a reason, and to tell the phone. */
  declined?: { reason: Extract<EndedReason, 'rejected-invalid' | 'concurrency-limit'>; detail: string };
}

export type AttemptOutcome =
  | 'dispatched'
  | 'accepted'
  | 'ready'
  | 'dispatch-failed'
  | 'not-accepted'
  | 'not-renewed'
  | 'not-ready'
  | 'failed'
  | 'lost';

/** One dispatch of an agent. */
export interface Attempt {
  attempt: number;
  jobId?: string;
  hostId?: string;
  outcome: AttemptOutcome;
  /** Milliseconds from dispatch to ready. */
  readyMs?: number;
  error?: string;
}

export interface TimelineEntry {
  stage: Stage;
  /** Milliseconds since the epoch when the stage began. */
  at: number;
  /** Milliseconds that the stage took; absent while it lasts. */
  ms?: number;
  detail?: string;
}

export interface CleanupResult {
  what: string;
  ok: boolean;
  error?: string;
}

/** What the caller was told and what was heard, in order. Bounded: the last entries only. */
export interface Utterance {
  at: number;
  node: string;
  who: 'agent' | 'caller';
  text: string;
}

/** What a flow's `emit` told the outside. Bounded as utterances are. */
export interface Emitted {
  /** Counts those of this call. */
  n: number;
  at: number;
  node: string;
  event: string;
  data: Json;
}

/** What a call is: the answer of the query, of the HTTP API, and the workflow's result. */
export interface CallView {
  callId: string;
  status: 'active' | 'ended';
  stage: Stage;
  /** Milliseconds since the epoch. */
  stageSince: number;
  room: string;
  flowId: string;
  org: string;
  direction: Direction;
  /** Of a scheduled call: when it is to begin. Milliseconds since the epoch. */
  startAt?: number;
  attempts: Attempt[];
  timeline: TimelineEntry[];
  node?: string;
  variables?: Variables;
  said: Utterance[];
  emitted?: Emitted[];
  /** What the call was started with. */
  metadata?: Record<string, string>;
  ended: Ended | null;
  cleanup: CleanupResult[];
  /** No worker answered: only what Temporal itself knows. */
  partial?: true;
}
