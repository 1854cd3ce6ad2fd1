/** callflow/v1 as data: what a reviewed flow file says. The schema that checks it lives in callflow/. */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Variables = Record<string, Json>;

export type VariableType = 'string' | 'number' | 'boolean' | 'object' | 'array';

/** The node to go to; null ends the flow. */
export type Target = string | null;

/** A flat map of nodes. Strings that are spoken or sent may hold `{{variable}}`. Durations are milliseconds. */
export interface Flow {
  schema: 'callflow/v1';
  id: string;
  start: string;
  /** Spoken by a replacement agent before it repeats the node that was lost. */
  resume?: string;
  vars?: Record<string, { type: VariableType; default?: Json; required?: boolean }>;
  defaults?: { language?: string; noInput?: NoInput; noMatch?: NoMatch };
  nodes: Record<string, FlowNode>;
}

/** What to do when a caller cannot be understood. */
export interface NoMatch {
  /** How often to ask again before `goto`. Default 0. */
  retries?: number;
  /** Said before the prompt is repeated. */
  say?: string;
  goto?: Target;
}

/** What to do when a caller is silent. */
export interface NoInput extends NoMatch {
  /** Silence after the prompt. Default 6000. */
  timeoutMs?: number;
}

export interface SayNode {
  type: 'say';
  text: string;
  language?: string;
  /** The caller may cut it short by speaking or pressing a key. Default false. */
  interruptible?: boolean;
  next: Target;
}

export type Expect =
  | {
      kind: 'choice';
      /** Outcome → the words that mean it. */
      options: Record<string, string[]>;
      /** Key → outcome. */
      dtmf?: Record<string, string>;
    }
  | { kind: 'yes-no' }
  | {
      kind: 'digits';
      /** Exact number of digits; or `minLength` and `maxLength`. */
      length?: number;
      minLength?: number;
      maxLength?: number;
      /** Key that ends the entry early. Default "#". */
      terminator?: '#' | '*';
      /** Pause after the last key that ends the entry. Default 3000. */
      timeoutMs?: number;
    }
  | { kind: 'text'; maxLength?: number };

export interface AskNode {
  type: 'ask';
  prompt: string;
  expect: Expect;
  language?: string;
  /** Default true. */
  interruptible?: boolean;
  /** Variable for the answer. */
  save?: string;
  noInput?: NoInput;
  noMatch?: NoMatch;
  /** The options of a choice, `yes` and `no`, or `ok`; `noInput` and `noMatch` unless a `goto` says. */
  on: Record<string, Target>;
}

export interface BranchNode {
  type: 'branch';
  /** The first that is true wins. */
  cases: { when: string; goto: Target }[];
  else: Target;
}

export interface SetNode {
  type: 'set';
  /** Values, with templates. */
  values?: Variables;
  /** Expressions. */
  compute?: Record<string, string>;
  next: Target;
}

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: Json;
  /** One attempt. Default 5000. */
  timeoutMs?: number;
  /** After 5xx, 429 and network errors, with backoff. Default 2. */
  retries?: number;
}

export interface HttpNode extends HttpRequest {
  type: 'http';
  /** Variable → JSON path (RFC 9535) into the answer. */
  save?: Record<string, string>;
  /** Said when the answer takes longer than `afterMs` (default 1000). */
  hold?: { say: string; afterMs?: number };
  /** `ok` and `error`; also `timeout`, a status ("404") or a class of them ("4xx"). */
  on: Record<string, Target>;
}

export interface ConverseTool {
  description: string;
  /** What the model fills in: `{{args.name}}` in the request. */
  args?: Record<string, { type: VariableType; description?: string; required?: boolean }>;
  request: HttpRequest;
}

export interface ConverseNode {
  type: 'converse';
  /** What the model is to achieve, and how it behaves. */
  goal: string;
  /** Said first. */
  say?: string;
  language?: string;
  tools?: Record<string, ConverseTool>;
  /** Variable → what the model should find out. */
  collect?: Record<string, string>;
  /** Outcome → when the model takes it. */
  exits: Record<string, string>;
  /** Default 20. */
  maxTurns?: number;
  noInput?: NoInput;
  /** Said when the model or a tool takes longer than `afterMs` (default 3000). */
  hold?: { say: string; afterMs?: number };
  /** Every exit, `turnLimit`, `unavailable` (no model, or it failed); `noInput` unless a `goto` says. */
  on: Record<string, Target>;
}

export interface TransferNode {
  type: 'transfer';
  /** A phone number or a `sip:` or `tel:` address. */
  to: string;
  /** How long it may ring. Default 30000. */
  timeoutMs?: number;
  /** `connected` and `failed`; also `busy`, `noAnswer` and `unknown` (it may have worked, but the caller is here). */
  on: Record<string, Target>;
}

export interface WaitNode {
  type: 'wait';
  ms: number;
  next: Target;
}

/** Tells the outside: an event in the call's stream, and to its organisation's webhooks. */
export interface EmitNode {
  type: 'emit';
  event: string;
  data?: Json;
  next: Target;
}

export interface HangupNode {
  type: 'hangup';
  say?: string;
  /** The flow's own word for how it went. Default "completed". */
  outcome?: string;
}

export type FlowNode =
  SayNode | AskNode | BranchNode | SetNode | HttpNode | ConverseNode | TransferNode | WaitNode | EmitNode | HangupNode;

/** A flow that someone's own backend runs; the same contract spoken over HTTP. */
export interface RemoteFlow {
  schema: 'callflow/remote-v1';
  id: string;
  url: string;
  headers?: Record<string, string>;
  language?: string;
  resume?: string;
  /** Said before the call ends because the backend failed in the middle of it. */
  sorry?: string;
  vars?: Flow['vars'];
  /** One request; of a streamed answer, the longest silence in it. Default 5000. */
  timeoutMs?: number;
  /** After 5xx, 429 and network errors, with backoff. Default 2. */
  retries?: number;
}
