import { WorkflowFailedError, type Client } from '@temporalio/client';
import { partialView, workflowReader } from '../../calls/read.js';
import { callWorkflowId, MESSAGES } from '../../contract/index.js';
import type { CallView } from '../../contract/index.js';
import { Problem } from '../problems.js';
import { ask, describe, isRefused } from './temporal.js';

/** A worker that is there answers within milliseconds; without one, waiting longer changes nothing. Milliseconds. */
const QUERY_MS = 1_500;

export type ReadView = (callId: string) => Promise<CallView | undefined>;

/** Reads a call: running from its worker, ended from its result, and from Temporal alone when neither answers. */
export function viewReader(client: Client): ReadView {
  const read = workflowReader<CallView>(client, MESSAGES.view, (request) => ask(client, request, QUERY_MS));
  return async (callId) => {
    try {
      return await read(callWorkflowId(callId));
    } catch (error) {
      if (error instanceof WorkflowFailedError || isNoAnswer(error)) return readWithoutWorker(client, callId);
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
  const view = partialView(description);
  if (view.status === 'active') return view;
  try {
    return await ask(client, () => client.workflow.getHandle(description.workflowId).result() as Promise<CallView>);
  } catch (error) {
    if (error instanceof WorkflowFailedError) return view;
    throw error;
  }
}
