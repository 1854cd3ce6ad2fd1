import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc/node';
import type { Contender, Step } from '../types.js';

/** What the benchmark asks of a process that holds callers. */
export interface Order {
  id: string;
  contender: Contender;
  /** Gateway, or backend of the yardsticks. */
  url: string;
  flowId: string;
  /** From the request to the first speech, at most. Milliseconds. */
  limitMs: number;
  /** The floor only: its dispatch reaches nobody. */
  lost?: boolean;
}

/** Milliseconds since the request; null: not heard within the limit, or out of the room before. */
export interface Decided {
  heardMs: number | null;
  /** Ours only. */
  callId?: string;
  why?: string;
}

export interface Known {
  steps: Step[];
  why?: string;
}

/** Asks for a call, joins, listens, and stays. Answers when the greeting was heard or time is up. */
export const place = new RequestType<Order, Decided, void>('place');
/** What the contender says of a call that is decided. */
export const look = new RequestType<{ id: string }, Known, void>('look');
/** The caller leaves and the call is ended. */
export const leave = new RequestType<{ id: string }, void, void>('leave');
/** CPU time of this process so far, WebRTC's threads included. Milliseconds. */
export const cpu = new RequestType0<number, void>('cpu');
/** Somebody began to speak: milliseconds since the epoch. */
export const heard = new NotificationType<{ id: string; identity: string; at: number }>('heard');
