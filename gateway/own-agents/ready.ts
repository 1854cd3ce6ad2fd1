import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { callWorkflowId, MESSAGES } from '../../contract/index.js';
import type { OwnHello, OwnReady, OwnReadyAnswer } from '../../contract/index.js';
import type { AgentClaims } from '../../platform/agent-token.js';
import { isUnanswered, within } from '../calls/temporal.js';
import { hostOf, jobOf } from './job.js';
import type { OwnAgents } from './port.js';

/** A request is held for so long; then the agent asks again, and waits on the same update. Milliseconds. */
const HOLD_MS = 10_000;

/** Tells the call that its agent is ready, and waits until the conversation may begin: until the caller is there. */
export async function startOf(client: Client, who: AgentClaims, message: OwnHello): ReturnType<OwnAgents['ready']> {
  const { identity, host, ...name } = message;
  const job = jobOf(who, name);
  const ready: OwnReady = { ...job, hostId: hostOf(host), ...(identity && { identity }) };
  const handle = client.workflow.getHandle(callWorkflowId(who.callId));
  const update = () =>
    handle.executeUpdate<OwnReadyAnswer, [OwnReady]>(MESSAGES.ownReady, {
      args: [ready],
      updateId: `ready-${job.attempt}-${job.jobId}`,
    });
  try {
    return await within(client, HOLD_MS, update);
  } catch (error) {
    if (isUnanswered(error)) return 'later';
    if (error instanceof WorkflowUpdateFailedError) return { leave: error.cause?.message ?? error.message };
    if (error instanceof WorkflowNotFoundError) return { leave: 'the call has ended' };
    throw error;
  }
}
