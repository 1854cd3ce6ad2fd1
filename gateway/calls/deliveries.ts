import {
  QueryRejectedError,
  WorkflowClient,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { decodeOptionalFailureToOptionalError } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { ApplicationFailure } from '@temporalio/common';
import { callEventsWorkflowId, DELIVERIES, deliveryActivityId } from '../../contract/index.js';
import type { Delivery, FailedAttempt } from '../../contract/index.js';
import { ask } from './temporal.js';

/** Reads the delivery log of a call: of a running workflow from its worker, of one that is over from its result. */
export function deliveryReader(client: Client): (callId: string) => Promise<Delivery[]> {
  const open = new WorkflowClient({
    connection: client.connection,
    namespace: client.workflow.options.namespace,
    dataConverter: client.workflow.options.loadedDataConverter,
    queryRejectCondition: 'NOT_OPEN',
  });
  return async (callId) => {
    const handle = open.getHandle(callEventsWorkflowId(callId));
    try {
      const log = await ask(client, () => handle.query<Delivery[]>(DELIVERIES));
      return log.some(({ status }) => status === 'waiting') ? await withAttempts(client, handle, log) : log;
    } catch (error) {
      // Nobody wanted to know of this call, or it was given up by hand.
      if (error instanceof WorkflowNotFoundError || error instanceof WorkflowFailedError) return [];
      if (!(error instanceof QueryRejectedError)) throw error;
    }
    try {
      return await ask(client, () => handle.result() as Promise<Delivery[]>);
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
