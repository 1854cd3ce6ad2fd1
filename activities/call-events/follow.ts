import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { CALL_EVENTS, callEventsStart } from '../../contract/index.js';

export type Follow = (call: { callId: string; org: string }) => Promise<void>;

/**
 * Sees to it that a call is followed, whoever started it: the gateway does so itself, before it starts one. Once a call,
 * however often it is asked for.
 */
export const follower =
  (client: Client, wanted: (org: string) => boolean): Follow =>
  async ({ callId, org }) => {
    if (!wanted(org)) return;
    try {
      await client.workflow.start(CALL_EVENTS, callEventsStart({ callId, org, expectBy: Date.now() }));
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  };
