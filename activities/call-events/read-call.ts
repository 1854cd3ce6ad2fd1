import { WorkflowFailedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { partialView, workflowReader } from '../../calls/read.js';
import { callWorkflowId, MESSAGES } from '../../contract/index.js';
import type { CallView } from '../../contract/index.js';

/** One request to Temporal. Milliseconds. */
const REQUEST_MS = 5_000;

/** Reads a call as it is now. Undefined: it is not there. Without a worker it throws: whoever follows it comes again. */
export function callReader(client: Client): (callId: string) => Promise<CallView | undefined> {
  const within = <T>(request: () => Promise<T>) => client.withDeadline(Date.now() + REQUEST_MS, request);
  const read = workflowReader<CallView>(client, MESSAGES.view, within);
  return async (callId) => {
    const workflowId = callWorkflowId(callId);
    try {
      return await read(workflowId);
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      return partialView(await within(() => client.workflow.getHandle(workflowId).describe()));
    }
  };
}
