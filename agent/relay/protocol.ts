import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc/node';
import type {
  AgentReady,
  Ask,
  Asked,
  Chat,
  Converse,
  Conversed,
  FlowStarted,
  RoomEvent,
  Said,
  Say,
  StartFlow,
} from '../../contract/index.js';

/**
 * What host and job say to each other over the host's private socket (JSON-RPC). A job knows nothing of Temporal:
 * it tells its host, and its host tells the call.
 */

/** Environment variable with the path of the host's socket; job processes inherit it. */
export const RELAY_PATH_VARIABLE = 'DURABLE_CALLS_RELAY';

export interface Hello {
  pid: number;
}
export interface Assigned {
  callId: string;
  attempt: number;
  jobId: string;
}
export interface Ready {
  identity: string;
  timings: { connected: number; ready: number };
  caller?: AgentReady['caller'];
}

export interface ListedCaller {
  sid: string;
  /** Its media connection is up. */
  active: boolean;
}

/** Job to host: may I load now? Answered at a quiet moment: loading takes CPU that a call needs more. */
export const mayLoad = new RequestType0<void, void>('mayLoad');
/** Job to host: this process is loaded and waits for a job. */
export const hello = new NotificationType<Hello>('hello');
/** Job to host: this process cannot load, and why; it ends. */
export const cannotLoad = new NotificationType<{ error: string }>('cannotLoad');
/** Job to host: may I join the room? False when the attempt is not wanted any more. */
export const assigned = new RequestType<Assigned, boolean, void>('assigned');
/** Job to host: connected, handlers registered, providers loaded. */
export const ready = new NotificationType<Ready>('ready');
/** Job to host: it gives up, and why. */
export const failed = new NotificationType<{ error: string }>('failed');
/** Job to host: it was sent away or its room was closed, as is right at the end of a call; or the framework ended it. */
export const left = new NotificationType<{ reason: string; byFramework: boolean }>('left');
/** Job to host: the caller as LiveKit's API lists them now; null when it lists none, or does not answer. */
export const listedCaller = new RequestType<{ room: string; identity: string }, ListedCaller | null, void>(
  'listedCaller',
);
/** Job to host: someone came or went. */
export const room = new NotificationType<RoomEvent>('room');
/** Job to host: the first audio of a `say` is being played. */
export const audible = new NotificationType<{ nodeRunId: string }>('audible');
/** Job to host: where its conversation stands. */
export const chat = new NotificationType<Chat>('chat');
/** Job to host: a line for agent-worker.log. */
export const log = new NotificationType<{ level: string; message: string; fields: Record<string, unknown> }>('log');

/** Host to job: are you alive? */
export const ping = new RequestType0<void, void>('ping');
export const startFlow = new RequestType<StartFlow, FlowStarted, void>('startFlow');
export const say = new RequestType<Say, Said, void>('say');
export const ask = new RequestType<Ask, Asked, void>('ask');
export const converse = new RequestType<Converse, Conversed, void>('converse');
/** Host to job: the call does without you; leave the room. */
export const dismiss = new NotificationType<{ reason: string }>('dismiss');

/** Error codes of a response, as the failures that the workflow tells apart. */
export const RELAY_ERRORS = { tts: 1, silent: 2 } as const;
