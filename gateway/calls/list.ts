import type { Client } from '@temporalio/client';
// The client's own list() pages by itself and hides the token, so its decoder is used directly.
import { executionInfoFromRaw } from '@temporalio/client/lib/helpers.js';
import { rejected } from '../problems.js';
import type { CallList, ListQuery } from '../schemas/requests.js';
import { linksOf } from '../links.js';
import { knownToTemporal } from './attributes.js';
import { ask, isRefused } from './temporal.js';

/** One page of an organisation's calls: running ones first, then the last ended. */
export async function listCalls(client: Client, uiUrl: string, org: string, query: ListQuery): Promise<CallList> {
  const { namespace, loadedDataConverter } = client.workflow.options;
  const request = {
    namespace,
    query: visibilityQuery(org, query),
    pageSize: query.limit,
    nextPageToken: Buffer.from(query.cursor ?? '', 'base64url'),
  };
  const page = await ask(client, () => client.workflowService.listWorkflowExecutions(request)).catch(
    (error: unknown) => {
      // Every other part of the query is ours.
      if (query.cursor !== undefined && isRefused(error)) {
        throw rejected([{ in: 'query', pointer: '/cursor', detail: 'is not a cursor that this list gave out' }]);
      }
      throw error;
    },
  );
  const calls = await Promise.all(
    page.executions.map(async (raw) => {
      const info = await executionInfoFromRaw(raw, loadedDataConverter, raw, namespace);
      const { org: _org, ...summary } = knownToTemporal(info);
      return { ...summary, links: linksOf(summary.callId, { uiUrl, namespace }) };
    }),
  );
  const more = page.nextPageToken.length > 0;
  return { calls, ...(more && { nextCursor: Buffer.from(page.nextPageToken).toString('base64url') }) };
}

/** A query of Temporal's visibility store. Exported for its test: nobody may write their own query through a value. */
export function visibilityQuery(org: string, { status, stage, flowId, endedReason, direction }: ListQuery): string {
  const equal = {
    CallOrg: org,
    CallStage: stage,
    CallFlow: flowId,
    CallEndedReason: endedReason,
    CallDirection: direction,
  };
  return [
    "WorkflowType = 'call'",
    ...Object.entries(equal).flatMap(([name, value]) => (value === undefined ? [] : [`${name} = ${quoted(value)}`])),
    ...(status === undefined ? [] : [`ExecutionStatus ${status === 'active' ? '=' : '!='} 'Running'`]),
  ].join(' AND ');
}

/** The store's parser reads backslashes in strings as escapes, as MySQL does. */
const quoted = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
