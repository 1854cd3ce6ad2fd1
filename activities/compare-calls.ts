import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { executions, isOver, statusOf } from '../calls/executions.js';
import { CALL_WORKFLOW_TYPE, callIdOfWorkflow, callWorkflowId } from '../contract/index.js';
import type { CallActivities, ComparedCalls } from './types.js';

const CallOrg = defineSearchAttributeKey('CallOrg', SearchAttributeType.KEYWORD);
const CallDirection = defineSearchAttributeKey('CallDirection', SearchAttributeType.KEYWORD);
/** Calls described at the same time. */
const AT_ONCE = 20;

/**
 * What has become of the calls that hold a place. Visibility tells of most; it may be behind, so whatever it does not
 * list as running is looked up where Temporal is never behind.
 */
export function compareActivities({ client }: { client: Client }): Pick<CallActivities, 'compareCalls'> {
  return {
    async compareCalls({ callIds, org }): Promise<ComparedCalls> {
      const running = await runningCalls(org);
      const doubtful = callIds.filter((callId) => !running.some((call) => call.callId === callId));
      const found: ComparedCalls = { running, over: [], unknown: [] };
      for (let at = 0; at < doubtful.length; at += AT_ONCE) {
        await Promise.all(
          doubtful.slice(at, at + AT_ONCE).map(async (callId) => {
            const status = await statusOf(client, callWorkflowId(callId));
            if (status === undefined) found.unknown.push(callId);
            else if (isOver(status)) found.over.push(callId);
          }),
        );
      }
      return found;
    },
  };

  /** Those that are at work: a call in stage `admitted` may be waiting for its place. */
  async function runningCalls(org: string | undefined): Promise<ComparedCalls['running']> {
    const query = `WorkflowType = '${CALL_WORKFLOW_TYPE}' AND ExecutionStatus = 'Running' AND CallStage != 'admitted'`;
    const calls: ComparedCalls['running'] = [];
    for await (const { workflowId, typedSearchAttributes } of executions(client, query)) {
      const callId = callIdOfWorkflow(workflowId);
      const callOrg = typedSearchAttributes.get(CallOrg) ?? '';
      if (callId !== undefined && (org === undefined || callOrg === org))
        calls.push({ callId, org: callOrg, startBy: 0, ...outbound(typedSearchAttributes.get(CallDirection)) });
    }
    return calls;
  }
}

const outbound = (direction: string | undefined): { outbound?: true } =>
  direction === 'outbound' ? { outbound: true } : {};
