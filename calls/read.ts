import { QueryRejectedError, WorkflowClient, WorkflowNotFoundError } from '@temporalio/client';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { ENDED_REASONS, roomName } from '../contract/index.js';
import type { CallView, Ended } from '../contract/index.js';
import { knownToTemporal, type KnownToTemporal } from './attributes.js';

/**
 * Reads what a workflow says of itself: a running one from its worker, one that is over from its result, which needs no
 * worker to replay it. Undefined: there is none.
 *
 * @param within holds each request to Temporal to its time
 * @throws WorkflowFailedError when the workflow was broken off
 */
export function workflowReader<T>(
  client: Client,
  query: string,
  within: <R>(request: () => Promise<R>) => Promise<R>,
): (workflowId: string) => Promise<T | undefined> {
  const open = new WorkflowClient({
    connection: client.connection,
    namespace: client.options.namespace,
    dataConverter: client.options.loadedDataConverter,
    queryRejectCondition: 'NOT_OPEN',
  });
  return async (workflowId) => {
    try {
      return await within(() => open.getHandle(workflowId).query<T>(query));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      if (!(error instanceof QueryRejectedError)) throw error;
    }
    return (await within(() => client.workflow.getHandle(workflowId).result())) as T;
  };
}

/** The little that Temporal itself knows of a call that says nothing: no worker answers, or it was broken off. */
export function partialView(description: WorkflowExecutionDescription): CallView {
  const known = knownToTemporal(description);
  const { callId, status, stage, stageSince, flowId, org, direction, startAt } = known;
  const ended = status === 'ended' ? brokenOff(known, description.status.name) : null;
  // LiveKit names the rooms of phones that call: that name is known to their workflows alone.
  const room = direction === 'inbound' ? '' : roomName(callId);
  const view = { callId, status, stage, stageSince, room, flowId, org, direction };
  const scheduled = startAt !== undefined && { startAt };
  return { ...view, ...scheduled, attempts: [], timeline: [], said: [], ended, cleanup: [], partial: true };
}

/** What breaking it off means, unless the workflow had written a reason before, in its clean-up. */
const brokenOff = ({ stage, endedReason: reason = 'orchestrator-error' }: KnownToTemporal, status: string): Ended => ({
  reason,
  by: status === 'TERMINATED' ? 'operator' : 'system',
  ...ENDED_REASONS[reason],
  stage,
  detail:
    `The workflow ended as ${status} in Temporal, so it did not clean up: the janitor deletes the room once it is ` +
    `older than RECONCILE_OLDER_THAN_MS. ${
      status === 'TERMINATED'
        ? 'Someone terminated it: hang calls up or cancel them instead, and they clean up after themselves.'
        : "A defect: report it with this workflow's history from the Temporal Web UI."
    }`,
});
