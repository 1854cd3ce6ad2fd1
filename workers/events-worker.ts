import { Worker } from '@temporalio/worker';
import type { NativeConnection } from '@temporalio/worker';
import type { CallEventActivities } from '../activities/types.js';
import { CALL_EVENTS_TASK_QUEUE } from '../contract/index.js';
import { dataConverterOf } from '../platform/encryption/index.js';
import type { Env } from '../platform/env.js';

export interface EventsWorkerOptions {
  connection: NativeConnection;
  env: Pick<Env, 'temporal' | 'worker' | 'encryption'>;
  activities: CallEventActivities;
}

/** Activities that watch calls and tell the outside. Nearly all of their time is waiting, so there may be many. */
export const createEventsWorker = ({ connection, env, activities }: EventsWorkerOptions): Promise<Worker> =>
  Worker.create({
    connection,
    namespace: env.temporal.namespace,
    taskQueue: CALL_EVENTS_TASK_QUEUE,
    dataConverter: dataConverterOf(env),
    activities: { ...activities },
    maxConcurrentActivityTaskExecutions: 2_000,
    maxConcurrentActivityTaskPolls: 4,
    shutdownGraceTime: env.worker.drainMs,
  });
