import {
  QueryRejectedError,
  WorkflowClient,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { callWorkflowId, ENDED_REASONS, MESSAGES, roomName } from '../../contract/index.js';
import type { CallView, Ended } from '../../contract/index.js';
import { Problem } from '../problems.js';
import { knownToTemporal, type KnownToTemporal } from './attributes.js';
import { ask, describe, isRefused } from './temporal.js';

/** A worker that is there answers within milliseconds; without one, waiting longer changes nothing. Milliseconds. */
const QUERY_MS = 1_500;

export type ReadView = (callId: string) => Promise<CallView | undefined>;

/** Reads a call: running from its worker, ended from its result, and from Temporal alone when neither answers. */
export function viewReader(client: Client): ReadView {
  // Ended calls refuse its queries: their result needs no worker to replay them.
  const openCalls = new WorkflowClient({
    connection: client.connection,
    namespace: client.workflow.options.namespace,
    dataConverter: client.workflow.options.loadedDataConverter,
    queryRejectCondition: 'NOT_OPEN',
  });
  return async (callId) => {
    try {
      const handle = openCalls.getHandle(callWorkflowId(callId));
      return await ask(client, () => handle.query<CallView>(MESSAGES.view), QUERY_MS);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      if (error instanceof QueryRejectedError || isNoAnswer(error)) return readWithoutWorker(client, callId);
      throw error;
    }
  };
}

/** Also a worker that answers an error: what Temporal knows is still true. */
const isNoAnswer = (error: unknown): boolean =>
  error instanceof Problem || isRefused(error) || (error instanceof Error && error.name === 'QueryNotRegisteredError');

/** From Temporal alone: all of an ended call, the little that it knows itself of a running one. */
export async function readWithoutWorker(client: Client, callId: string): Promise<CallView | undefined> {
  const description = await describe(client, callId);
  if (!description) return undefined;
  const known = knownToTemporal(description);
  if (known.status === 'active') return partialView(known, null);
  try {
    return await ask(client, () => client.workflow.getHandle(description.workflowId).result() as Promise<CallView>);
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return partialView(known, brokenOff(known, description.status.name));
  }
}

const partialView = (known: KnownToTemporal, ended: Ended | null): CallView => {
  const { callId, status, stage, stageSince, flowId, org, direction, startAt } = known;
  const view = { callId, status, stage, stageSince, room: roomName(callId), flowId, org, direction };
  const scheduled = startAt !== undefined && { startAt };
  return { ...view, ...scheduled, attempts: [], timeline: [], said: [], ended, cleanup: [], partial: true };
};

/** @param reason what breaking it off means, unless the workflow had written one before, in its clean-up */
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
