import type { Flow, Json, RemoteFlow, Variables } from './flow.js';

/** Between a call and an agent that somebody else wrote. docs/own-agent.md is the same for people; the URL says v1. */
export const OWN_AGENT = 'own-agent/v1';

/** Stands where a flow stands when the agent brings its own conversation. */
export interface OwnFlow {
  schema: typeof OWN_AGENT;
  /** Whatever the agent understands. */
  id: string;
}

export const isOwnFlow = (flow: Flow | RemoteFlow | OwnFlow): flow is OwnFlow => flow.schema === OWN_AGENT;

/** Metadata of the LiveKit job. */
export interface OwnJob {
  callId: string;
  attempt: number;
  /** W3C Trace Context of the dispatch, where the call is traced. */
  traceparent?: string;
  /** The gateway: messages go to `<url>/v1/agent/<message>`. */
  url: string;
  /** `Authorization: Bearer`, for this attempt only. Answers bring a fresh one before it expires. */
  token: string;
}

export type OwnMessage = 'accepted' | 'ready' | 'alive' | 'failed' | 'done';

/** In every message. A second job of the same attempt is told to leave. */
export interface OwnName {
  /** LiveKit's id of the job. Default: one name for all jobs of the attempt. */
  jobId?: string;
}

/** `accepted`, repeated every 2 s until ready, and `ready`. */
export interface OwnHello extends OwnName {
  /** The agent's identity in the room. Default: `agent-<attempt>`. */
  identity?: string;
  /** Where the job runs, for operators: letters, digits, dots, dashes and underscores. */
  host?: string;
}

export interface OwnAlive extends OwnName {
  /** What the next agent should know if this one is lost. Left out: what was sent last stays. */
  state?: Json;
}

export interface OwnFailed extends OwnName {
  error: string;
}

/** The conversation is over: the call ends as completed. */
export interface OwnDone extends OwnName {
  /** The agent's own word for how it went. Default "completed". */
  outcome?: string;
  /** Added to the call's variables. */
  variables?: Variables;
}

/** Answers `ready` once the caller is in the room. */
export interface StartCommand {
  flowId: string;
  variables: Variables;
  /** True on a replacement: the caller was in a conversation already. */
  resumed: boolean;
  /** What the lost agent sent last. */
  state?: Json;
  /** Send `alive` so often. Milliseconds. */
  aliveEveryMs: number;
}

/** A token that is about to expire is answered with its successor. */
export interface FreshToken {
  token?: string;
}

export interface OwnAliveAnswer extends FreshToken {
  go: 'on' | 'leave';
}

/** Between gateway and workflow. */
export interface OwnReady {
  attempt: number;
  jobId: string;
  hostId: string;
  identity?: string;
}

export type OwnReadyAnswer = { start: StartCommand } | { leave: string };

export interface OwnCheckpoint {
  attempt: number;
  jobId: string;
  state: Json;
}

export interface OwnFinished {
  attempt: number;
  jobId: string;
  outcome?: string;
  variables?: Variables;
}

/** The activity that waits for an own agent, by the name under which its life signs are recorded. */
export const ownAgentActivity = (attempt: number): string => `own-agent-${attempt}`;
