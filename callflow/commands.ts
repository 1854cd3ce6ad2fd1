import type { AnswerVia, ExpectedAnswer } from '../contract/agent.js';
import type { ConverseTask } from '../contract/converse.js';
import type { EndedReason } from '../contract/ended.js';
import type { HttpRequest, Json, Variables } from '../contract/flow.js';
import type { TransferOutcome } from '../contract/phone.js';

export type { ExpectedAnswer };

/** What survives from one step to the next. Plain, small JSON: it lives in workflow memory and in test fixtures. */
export interface FlowState {
  /** The node that the flow is in; null once it has ended. */
  node: string | null;
  /** How many nodes were visited, repeated prompts included; part of each `nodeRunId`. */
  runs: number;
  vars: Variables;
  /** How often the node was asked again, and why the last time. Absent until that happens. */
  asked?: { noInput: number; noMatch: number; because: 'noInput' | 'noMatch' };
}

/**
 * Text whose variables are filled in. Where it also names what only the executor may know, it is a list, and
 * `{ref: "secrets.KEY"}` or `{ref: "config.KEY"}` stands for the value: it never gets into the workflow's history.
 */
export type Filled = string | (string | { ref: string })[];

/** A request to send; `retries` come after 5xx, 429 and network errors, with backoff. */
export interface FilledRequest {
  method: HttpRequest['method'];
  url: Filled;
  headers: Record<string, Filled>;
  body?: Json;
  /** One attempt. */
  timeoutMs: number;
  retries: number;
}

interface OfNode {
  node: string;
  /** Unique per visit of a node; a repeated prompt is a visit of its own. */
  nodeRunId: string;
}

export interface SayCommand extends OfNode {
  kind: 'say';
  text: string;
  language?: string;
  interruptible: boolean;
  /** The text spoken after this one, when no answer decides it. */
  upcoming?: string;
}

/** Speak the prompt, then wait for whichever answers first: speech, keys or typed text. */
export interface AskCommand extends OfNode {
  kind: 'ask';
  prompt: string;
  language?: string;
  interruptible: boolean;
  expect: ExpectedAnswer;
  /** Silence after the prompt that counts as `noInput`. */
  noInputMs: number;
  /** The prompts that would follow, to be synthesised meanwhile. */
  reprompts: { noInput?: string; noMatch?: string };
}

export interface HttpCommand extends OfNode {
  kind: 'http';
  request: FilledRequest;
  /** The same for each attempt of this visit. Unique within the call: put the call's id before it. */
  idempotencyKey: string;
  /** Variable → JSON path into the answer's JSON; see `mapAnswer`. */
  save: Record<string, string>;
  /** Said when no answer is there after `afterMs`. */
  hold?: { text: string; afterMs: number };
}

export interface ConverseCommand extends OfNode, ConverseTask {
  kind: 'converse';
}

export interface TransferCommand extends OfNode {
  kind: 'transfer';
  to: Filled;
  /** How long it may ring. */
  timeoutMs: number;
}

export interface WaitCommand extends OfNode {
  kind: 'wait';
  ms: number;
}

export interface EmitCommand extends OfNode {
  kind: 'emit';
  event: string;
  data: Json;
}

/** How a flow can end; `orchestrator-error` only when the flow or its driver is at fault. */
export type FlowEndReason = Extract<
  EndedReason,
  | 'completed'
  | 'transferred'
  | 'silence-timeout'
  | 'http-failed'
  | 'llm-failed'
  | 'stt-failed'
  | 'tts-failed'
  | 'transfer-failed'
  | 'orchestrator-error'
>;

/** The flow is over. */
export interface EndCommand {
  kind: 'end';
  /** The flow's own word for how it went. */
  outcome: string;
  reason: FlowEndReason;
  /** What went wrong, and where; absent when nothing did. */
  detail?: string;
}

export type NodeCommand =
  SayCommand | AskCommand | HttpCommand | ConverseCommand | TransferCommand | WaitCommand | EmitCommand;

/** What whoever drives the flow does next. */
export type Command = NodeCommand | EndCommand;

/** What came of the last command. */
export type FlowEvent =
  | { kind: 'said'; interrupted?: boolean }
  /** `value`: the option of a choice, the digits, or the text; see `matchAnswer`. */
  | { kind: 'answered'; value: string; via?: AnswerVia }
  | { kind: 'noInput' }
  | { kind: 'noMatch' }
  /** Any HTTP answer, whatever its status, after the retries. `values` as `mapAnswer` gives them. */
  | { kind: 'responded'; status: number; values: Variables }
  /** An exit's name, `turnLimit`, `noInput`, or `unavailable` (no model is configured, or it failed). */
  | { kind: 'conversed'; outcome: string; collected?: Variables; detail?: string }
  | { kind: 'transferred'; outcome: TransferOutcome; detail?: string }
  | { kind: 'waited' }
  | { kind: 'emitted' }
  /** The command could not be carried out, whatever it was. A request without an answer in time: `timeout`. */
  | { kind: 'failed'; cause: 'timeout' | 'error'; detail: string };

export interface Step {
  state: FlowState;
  command: Command;
}
