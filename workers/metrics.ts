import { Runtime } from '@temporalio/worker';
import { CALL_WORKFLOW_TYPE, WORKER_METRICS } from '../contract/index.js';

/**
 * Counters that alerts watch begin at 0: Prometheus sees no increase in a series whose first value is the increase.
 * The tags are those that the SDK gives to what a workflow records.
 */
export function beginAtZero(namespace: string, taskQueue: string): void {
  const { metricMeter } = Runtime.instance();
  const tags = { namespace, task_queue: taskQueue, workflow_type: CALL_WORKFLOW_TYPE };
  for (const name of [WORKER_METRICS.setups, WORKER_METRICS.greetings]) {
    for (const direction of ['web', 'inbound', 'outbound'])
      for (const outcome of ['ok', 'failed', 'left'])
        metricMeter.createCounter(name).add(0, { ...tags, direction, outcome });
  }
  metricMeter.createCounter(WORKER_METRICS.recoveries).add(0, tags);
}
