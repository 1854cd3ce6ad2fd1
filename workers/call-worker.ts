import type { DataConverter } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import type { NativeConnection, WorkflowBundleOption } from '@temporalio/worker';
import type { CallActivities } from '../activities/types.js';
import { CALLS_TASK_QUEUE } from '../contract/index.js';
import { tracedActivities } from '../platform/traced-activities.js';
import type { Tracing } from '../platform/tracing.js';
import type { Env } from '../platform/env.js';
import { builtBundle } from './bundles.js';
import { traceSinks } from './trace.js';

export interface CallWorkerOptions {
  connection: NativeConnection;
  env: Pick<Env, 'temporal'> & { worker: Omit<Env['worker'], 'metrics'> };
  activities: CallActivities;
  /** Default: the bundle that the build made. */
  workflowBundle?: WorkflowBundleOption;
  taskQueue?: string;
  /** Default: nothing is encrypted. */
  dataConverter?: DataConverter;
  /** Default: no traces. */
  tracing?: Tracing | undefined;
}

/** The worker that runs call workflows and the activities that touch LiveKit. */
export function createCallWorker(options: CallWorkerOptions): Promise<Worker> {
  const { connection, env, activities, tracing } = options;
  const { deploymentName, buildId, drainMs } = env.worker;
  return Worker.create({
    connection,
    namespace: env.temporal.namespace,
    taskQueue: options.taskQueue ?? CALLS_TASK_QUEUE,
    workflowBundle: options.workflowBundle ?? builtBundle(options.dataConverter),
    ...(options.dataConverter && { dataConverter: options.dataConverter }),
    activities: { ...activities },
    maxConcurrentWorkflowTaskExecutions: 40,
    // By default two of ten pollers take the first tasks of calls: of sixty calls at once on a busy machine the last one
    // was seen to begin 26 s after the first.
    maxConcurrentWorkflowTaskPolls: 20,
    nonStickyToStickyPollRatio: 0.5,
    maxConcurrentActivityTaskExecutions: 200,
    shutdownGraceTime: drainMs,
    sinks: traceSinks(tracing),
    ...(tracing && { interceptors: { activity: [tracedActivities(tracing)] } }),
    // A worker that was killed holds up its calls for so long, until another one is asked. The default is 10 s.
    stickyQueueScheduleToStartTimeout: '3 seconds',
    // Calls last minutes to hours: each stays on the version that it began with, old workers drain.
    ...(deploymentName &&
      buildId && {
        workerDeploymentOptions: {
          version: { deploymentName, buildId },
          useWorkerVersioning: true,
          defaultVersioningBehavior: 'PINNED' as const,
        },
      }),
  });
}
