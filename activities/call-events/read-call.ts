import { QueryRejectedError, WorkflowClient, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { callWorkflowId, ENDED_REASONS, MESSAGES } from '../../contract/index.js';
import type { CallView, Direction, Ended } from '../../contract/index.js';

const CallFlow = defineSearchAttributeKey('CallFlow', SearchAttributeType.KEYWORD);
const CallOrg = defineSearchAttributeKey('CallOrg', SearchAttributeType.KEYWORD);
const CallDirection = defineSearchAttributeKey('CallDirection', SearchAttributeType.KEYWORD);

/** One request to Temporal. Milliseconds. */
const REQUEST_MS = 5_000;

/** What an event needs of a call; all of it but for a call that was broken off. */
export type ReadCall = Pick<CallView, 'callId' | 'org' | 'flowId' | 'direction' | 'status' | 'ended'> &
  Partial<Pick<CallView, 'timeline' | 'emitted' | 'metadata' | 'said'>>;

/** Reads a call as it is now: running from its worker, ended from its result. Undefined: it is not there. */
export function callReader(client: Client): (callId: string) => Promise<ReadCall | undefined> {
  const openCalls = new WorkflowClient({
    connection: client.connection,
    namespace: client.options.namespace,
    dataConverter: client.options.loadedDataConverter,
    queryRejectCondition: 'NOT_OPEN',
  });
  const within = <T>(request: () => Promise<T>) => client.withDeadline(Date.now() + REQUEST_MS, request);

  /** A call whose workflow did not complete was ended by hand, or is defective. */
  async function brokenOff(callId: string): Promise<ReadCall> {
    const handle = client.workflow.getHandle(callWorkflowId(callId));
    const { status, typedSearchAttributes } = await within(() => handle.describe());
    const reason = status.name === 'TERMINATED' ? 'reaped' : 'orchestrator-error';
    const ended: Ended = {
      ...{ reason, by: reason === 'reaped' ? 'operator' : 'system', ...ENDED_REASONS[reason], stage: 'ended' },
      detail: `The workflow ended as ${status.name} in Temporal, so it did not clean up: the janitor deletes its room.`,
    };
    const flowId = typedSearchAttributes.get(CallFlow) ?? '';
    const direction = (typedSearchAttributes.get(CallDirection) ?? 'web') as Direction;
    return { callId, org: typedSearchAttributes.get(CallOrg) ?? '', flowId, direction, status: 'ended', ended };
  }

  return async (callId) => {
    const workflowId = callWorkflowId(callId);
    try {
      return await within(() => openCalls.getHandle(workflowId).query<CallView>(MESSAGES.view));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      if (!(error instanceof QueryRejectedError)) throw error;
    }
    try {
      return (await within(() => client.workflow.getHandle(workflowId).result())) as CallView;
    } catch (error) {
      if (error instanceof WorkflowFailedError) return brokenOff(callId);
      throw error;
    }
  };
}
