import {
  ApplicationFailure,
  continueAsNew,
  defineQuery,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { CallEventActivities } from '../activities/types.js';
import { CALL_EVENTS_TASK_QUEUE, DELIVERIES } from '../contract/index.js';
import type { CallEventsInput, Delivery } from '../contract/index.js';
import { Lane, type Log } from './delivery-lane.js';

export const deliveries = defineQuery<Delivery[]>(DELIVERIES);

/** The log of a call; a flow that emits more loses the oldest entries. */
const KEPT = 500;

const { endpointsOf, watchCall } = proxyActivities<CallEventActivities>({
  taskQueue: CALL_EVENTS_TASK_QUEUE,
  // It looks for a few seconds at a time: a worker that dies is made up for soon, and one that stops need not wait long.
  startToCloseTimeout: '20 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 1.5, maximumInterval: '5 seconds' },
});

/**
 * Follows one call and delivers what happens to the endpoints of its organisation: each gets the events in order, and
 * none waits for another. Goes on after the call has ended, until every event is taken or given up. Fails when there is
 * no call after all: then it can be started again with one.
 */
export async function callEvents(input: CallEventsInput): Promise<Delivery[]> {
  const { callId, org, expectBy, carried } = input;
  const entries: Delivery[] = carried?.deliveries ?? [];
  setHandler(deliveries, () => entries);
  const log: Log = {
    add: (entry) => {
      entries.push(entry);
      if (entries.length > KEPT) entries.shift();
      return entry;
    },
    changed: () => setCurrentDetails(describe(entries)),
  };

  const { endpoints, policy } = await endpointsOf({ org });
  const gone = new Set(carried?.gone);
  const lanes = endpoints.map((endpoint) => new Lane(org, endpoint, policy, log, gone));
  const settled = () => Promise.all(lanes.map((lane) => lane.settled()));
  let cursor = carried?.cursor ?? { stages: 0, emitted: 0 };
  for (let over = false; !over;) {
    const seen = await watchCall({ callId, org, cursor, expectBy });
    if (seen.never) throw ApplicationFailure.nonRetryable(`call ${callId} was never started`, 'NeverStarted');
    ({ cursor, over } = seen);
    for (const event of seen.events) for (const lane of lanes) lane.add(event);
    if (!over && workflowInfo().continueAsNewSuggested) {
      await settled();
      await continueAsNew<typeof callEvents>({ ...input, carried: { cursor, deliveries: entries, gone: [...gone] } });
    }
  }
  await settled();
  return entries;
}

const describe = (entries: Delivery[]): string =>
  entries
    .map(
      ({ event, type, endpoint, status, attempts, httpStatus, error }) =>
        `- ${type} \`${event}\` to \`${endpoint}\`: ${status}${attempts ? ` after ${attempts}` : ''}` +
        `${httpStatus ? `, HTTP ${httpStatus}` : ''}${error ? ` (${error})` : ''}`,
    )
    .join('\n');
