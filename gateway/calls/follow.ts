import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { CALL_EVENTS, callEventsStart } from '../../contract/index.js';
import type { CallInput } from '../../contract/index.js';
import { ask } from './temporal.js';

/** Beyond the call's last moment to start: its start may still be on its way to Temporal. Milliseconds. */
const MARGIN_MS = 60_000;

/** Before the call is started, so that there is no call that nobody follows. One that is never started is given up. */
export async function follow(client: Client, { callId, org, startBy }: CallInput): Promise<void> {
  const start = callEventsStart({ callId, org, expectBy: startBy + MARGIN_MS });
  try {
    await ask(client, () => client.workflow.start(CALL_EVENTS, start));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
