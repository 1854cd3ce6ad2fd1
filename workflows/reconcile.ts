import { proxyActivities } from '@temporalio/workflow';
import type { CallActivities, Reconciled } from '../activities/types.js';

const { reconcile: run } = proxyActivities<CallActivities>({
  startToCloseTimeout: '1 minute',
  retry: { maximumAttempts: 2 }, // the schedule comes round again
});

/** One round of the janitor, started by its schedule. */
export async function reconcile(options: { olderThanMs: number }): Promise<Reconciled> {
  return run(options);
}
