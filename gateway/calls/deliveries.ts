import { WorkflowFailedError, type Client, type WorkflowHandle } from '@temporalio/client';
import { decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { ApplicationFailure } from '@temporalio/common';
import { workflowReader } from '../../calls/read.js';
import { callEventsWorkflowId, DELIVERIES, deliveryActivityId } from '../../contract/index.js';
import type { Delivery, FailedAttempt } from '../../contract/index.js';
import { ask } from './temporal.js';

/** Reads the delivery log of a call; of one that nobody wanted to know of, or that was given up by hand, there is none. */
export function deliveryReader(client: Client): (callId: string) => Promise<Delivery[]> {
  const read = workflowReader<Delivery[]>(client, DELIVERIES, (request) => ask(client, request));
  return async (callId) => {
    const workflowId = callEventsWorkflowId(callId);
    try {
      const log = (await read(workflowId)) ?? [];
      const waits = log.some(({ status }) => status === 'waiting');
      return waits ? await withAttempts(client, client.workflow.getHandle(workflowId), log) : log;
    } catch (error) {
      if (error instanceof WorkflowFailedError) return [];
      throw error;
    }
  };
}

/** Failed attempts are known to Temporal only, until one succeeds or the event is given up. */
async function withAttempts(client: Client, handle: WorkflowHandle, log: Delivery[]): Promise<Delivery[]> {
  const { raw } = await ask(client, () => handle.describe());
  const converter = client.workflow.options.loadedDataConverter;
  const pending = new Map((raw.pendingActivities ?? []).map((each) => [each.activityId, each]));
  return Promise.all(
    log.map(async (delivery) => {
      const found = delivery.status === 'waiting' ? pending.get(deliveryActivityId(delivery)) : undefined;
      if (!found?.lastFailure) return delivery;
      const failure = await decodeOptionalFailureToOptionalError(converter, found.lastFailure);
      const detail = failure instanceof ApplicationFailure ? (failure.details?.[0] as FailedAttempt) : undefined;
      const { attempt = (found.attempt ?? 1) - 1, httpStatus } = detail ?? {};
      return {
        ...delivery,
        attempts: attempt,
        error: failure?.message ?? '',
        ...(httpStatus && { httpStatus }),
      };
    }),
  );
}
