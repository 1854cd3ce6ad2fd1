import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
import { closeLogger, type Logger } from '../platform/logger.js';

export interface Running {
  worker: Pick<Worker, 'getState' | 'shutdown'>;
  stopped: Promise<void>;
}

/**
 * An error or a rejection that nobody handled ends the process with 1: after it is in the log, and what is being done
 * is done. Signals stay the Temporal SDK's.
 */
export function endOnError(running: readonly Running[], logger: Logger, drainMs: number): void {
  process.once('uncaughtException', (error) => {
    process.on('uncaughtException', () => undefined); // what else fails on the way out must not cut it short
    void Promise.race([drainAfter(error, running, logger), sleep(drainMs)])
      .then(() => closeLogger(logger))
      .finally(() => process.exit(1));
  });
}

export async function drainAfter(error: unknown, running: readonly Running[], logger: Logger): Promise<void> {
  if (running.length === 0) logger.error('The call worker cannot start', { error });
  else logger.error('The call worker fails: it takes no more work, and ends when its activities have', { error });
  for (const { worker } of running) if (worker.getState() === 'RUNNING') worker.shutdown();
  await Promise.allSettled(running.map(({ stopped }) => stopped));
}
