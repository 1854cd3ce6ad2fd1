import type { AnswerVia } from './agent.js';
import type { Expect, Flow, RemoteFlow, Variables } from './flow.js';
import type { OwnFlow } from './own-agent.js';

/** What a flow's own backend is asked and answers, over HTTP. docs/remote-flows.md is the same for people. */
export const REMOTE_FLOW = 'callflow/remote-v1';

export const isRemoteFlow = (flow: Flow | RemoteFlow | OwnFlow): flow is RemoteFlow => flow.schema === REMOTE_FLOW;

/** What the caller did with the words before: one turn. */
export type RemoteInput =
  /** `value`: the option of a choice, the digits, or the text. */
  | { kind: 'answer'; value: string; heard: string; via: AnswerVia }
  | { kind: 'no-match'; heard: string; via: AnswerVia }
  | { kind: 'no-input' }
  | { kind: 'transfer-failed'; outcome: 'failed' | 'busy' | 'noAnswer' };

/** The body of each request. The same message may come more than once: it has the same Idempotency-Key then. */
export type RemoteMessage = { protocol: typeof REMOTE_FLOW; callId: string; flowId: string } & (
  | { type: 'start'; org: string; direction: string; language?: string; variables: Variables }
  | { type: 'turn'; session: string; turn: number; input: RemoteInput; interrupted?: true }
  | { type: 'end'; session?: string; reason: string; by: string; outcome?: string }
);

/** What to do next. Without `expect`, `transfer` and `end` the caller may say anything. */
export interface RemoteTurn {
  say?: string;
  language?: string;
  /** The caller may cut the words short. Default true. */
  interruptible?: boolean;
  expect?: Expect;
  /** Silence after the words that counts as no input. Milliseconds; default 6000. */
  noInputMs?: number;
  transfer?: { to: string; timeoutMs?: number };
  end?: { outcome?: string };
}

/** The answer to `start`. */
export interface RemoteStarted extends Omit<RemoteTurn, 'say'> {
  /** The backend's own name for the conversation. */
  session: string;
  /** False: the caller speaks first. */
  has_greeting: boolean;
  greeting?: string;
  /** Turns may be answered by server-sent events: they are then spoken as they come. */
  streaming: boolean;
}

/** `type` of the ApplicationFailure when the backend answers 4xx: what it said is the message. */
export const REMOTE_REFUSED = 'RemoteRefused';

/** Words of a turn that is still being streamed. Only a hint: the turn's own result has all of them. */
export interface RemoteWords {
  turn: number;
  /** Place of the first of them among the turn's sentences. */
  from: number;
  sentences: string[];
}
