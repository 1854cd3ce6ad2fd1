import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc/node';
import type { DispatchMetadata } from '../../contract/index.js';

/** Environment of the process that is measured. */
export const VARIABLES = {
  activities: 'BENCH_ACTIVITIES',
  taskQueue: 'BENCH_TASK_QUEUE',
  hostId: 'BENCH_HOST_ID',
} as const;

export interface Usage {
  /** CPU time so far. Milliseconds. */
  cpuMs: number;
  /** After a garbage collection. */
  rssKib: number;
}

export const usage = new RequestType0<Usage, void>('usage');
/** Whether a `say` lasts until told otherwise. */
export const hold = new RequestType<{ held: boolean }, void, void>('hold');
export const polling = new NotificationType<Record<string, never>>('polling');
/** A no-op dispatch: someone has to play the agent all the same. */
export const dispatched = new NotificationType<DispatchMetadata>('dispatched');
/** The first words of a call were asked for. */
export const saying = new NotificationType<{ callId: string; at: number }>('saying');
