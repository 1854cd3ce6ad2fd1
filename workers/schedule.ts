import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { CALLS_TASK_QUEUE, RECONCILE } from '../contract/index.js';

/** Creates the janitor's schedule, or brings it up to date. Every worker does so at its start. Milliseconds. */
export async function scheduleJanitor(client: Client, everyMs: number, olderThanMs: number): Promise<void> {
  const schedule = {
    spec: { intervals: [{ every: everyMs }] },
    action: {
      type: 'startWorkflow' as const,
      workflowType: RECONCILE,
      workflowId: RECONCILE,
      taskQueue: CALLS_TASK_QUEUE,
      args: [{ olderThanMs }],
    },
    // A round that waits for a worker is enough; rounds that were missed are not made up for.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '10 seconds' },
  };
  try {
    await client.schedule.create({ scheduleId: RECONCILE, ...schedule });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(RECONCILE).update((current) => ({ ...current, ...schedule }));
  }
}
