import type { HttpRequest, Json, Variables, VariableType } from './flow.js';

export type ToolArguments = Record<string, { type: VariableType; description?: string; required?: boolean }>;

/** The function by which a model keeps what it has found out, however the conversation ends; no tool may have its name. */
export const NOTEBOOK = 'remember';

/** What a language model is to achieve with the caller, and what it may do for that. */
export interface ConverseTask {
  goal: string;
  /** Said first. */
  say?: string;
  language?: string;
  /** `request` still holds templates: `fillRequest(request, {...vars, args})` makes it ready once the model gave them. */
  tools: Record<string, { description: string; args: ToolArguments; request: HttpRequest; vars: Variables }>;
  collect: Record<string, { type: VariableType; description: string }>;
  exits: Record<string, string>;
  maxTurns: number;
  noInputMs: number;
  /** Said when the model or a tool takes longer. */
  hold?: { text: string; afterMs: number };
}

/** One step of a conversation. Times are milliseconds since the epoch. */
export type ChatItem =
  /** Words, as far as they were heard; empty when the caller was not understood. `n` counts them. */
  | { kind: 'words'; n: number; at: number; who: 'agent' | 'caller'; text: string; interrupted?: true }
  /** A function that the model called. `n` counts them; `extra` is its provider's own. */
  | { kind: 'call'; n: number; id: string; name: string; args: string; extra?: Record<string, Json> }
  | { kind: 'result'; id: string; name: string; output: string; failed?: true };

/** Where a conversation stands. Plain JSON of limited size: with it another agent goes on where this one stopped. */
export interface Chat {
  /** The visit of the node that it belongs to. */
  nodeRunId: string;
  /** The oldest are dropped when it grows too large. */
  items: ChatItem[];
  /** How many words and calls there have been, and changes of any kind. */
  words: number;
  calls: number;
  changes: number;
  /** How often the caller had their say. */
  turns: number;
  /** What the model has found out. */
  collected: Variables;
}

export interface Conversed {
  /** An exit's name, `turnLimit`, `noInput`, or `unavailable`: no model is configured, or it failed. */
  outcome: string;
  /** Why it is unavailable. */
  detail?: string;
  collected: Variables;
  /** What was said, as far as the chat still knows it. */
  said: Spoken[];
  turns: number;
}

/** What was said in a conversation; `n` as in the chat. */
export interface Spoken {
  n: number;
  at: number;
  who: 'agent' | 'caller';
  text: string;
}

/** Host to call: what was said since it last told. It does not wait for the call, nor does the conversation. */
export interface Talked {
  attempt: number;
  jobId: string;
  nodeRunId: string;
  said: Spoken[];
}

export const spokenOf = (chat: Chat, after = -1): Spoken[] =>
  chat.items.flatMap((item) =>
    item.kind === 'words' && item.n > after ? [{ n: item.n, at: item.at, who: item.who, text: item.text }] : [],
  );
