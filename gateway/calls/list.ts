import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { BROKEN_OFF, knownToTemporal } from '../../calls/attributes.js';
import { pageOf, readExecution } from '../../calls/executions.js';
import type { EndedReason } from '../../contract/index.js';
import { rejected } from '../problems.js';
import type { CallList, ListQuery } from '../schemas/requests.js';
import { linksOf } from '../links.js';
import { ask } from './temporal.js';

/** One page of an organisation's calls: running ones first, then the last ended. */
export async function listCalls(client: Client, uiUrl: string, org: string, query: ListQuery): Promise<CallList> {
  const { namespace } = client.workflow.options;
  const visibility = visibilityQuery(org, query);
  const token = readCursor(query.cursor, visibility);
  const page = await ask(client, () => pageOf(client, visibility, query.limit, token));
  const calls = await Promise.all(
    page.executions.map(async (raw) => {
      const info = await readExecution(client, raw);
      const { org: _org, ...summary } = knownToTemporal(info);
      return { ...summary, links: linksOf(summary.callId, { uiUrl, namespace }) };
    }),
  );
  const more = page.nextPageToken.length > 0;
  return { calls, ...(more && { nextCursor: writeCursor(Buffer.from(page.nextPageToken), visibility) }) };
}

/** Temporal's token with a check: Temporal takes seconds over one that it did not give out, or of another query. */
export const writeCursor = (token: Buffer, visibility: string): string =>
  `${token.toString('base64url')}.${check(token, visibility)}`;

export function readCursor(cursor: string | undefined, visibility: string): Buffer {
  const [text = '', sum] = cursor?.split('.') ?? [];
  const token = Buffer.from(text, 'base64url');
  if (cursor === undefined || sum === check(token, visibility)) return token;
  const detail = 'is not one that this list gave out with these filters';
  throw rejected([{ in: 'query', pointer: '/cursor', detail }]);
}

const check = (token: Buffer, visibility: string): string =>
  createHash('sha256').update(visibility).update(token).digest('base64url').slice(0, 12);

/** A query of Temporal's visibility store. Exported for its test: nobody may write their own query through a value. */
export function visibilityQuery(org: string, { status, stage, flowId, endedReason, direction }: ListQuery): string {
  const equal = {
    CallOrg: org,
    CallStage: stage,
    CallFlow: flowId,
    CallDirection: direction,
  };
  return [
    "WorkflowType = 'call'",
    ...Object.entries(equal).flatMap(([name, value]) => (value === undefined ? [] : [`${name} = ${quoted(value)}`])),
    ...(endedReason === undefined ? [] : [endedWith(endedReason)]),
    ...(status === undefined ? [] : [`ExecutionStatus ${status === 'active' ? '=' : '!='} 'Running'`]),
  ].join(' AND ');
}

/** A workflow that was broken off could not write its reason. */
const endedWith = (reason: EndedReason): string => {
  const statuses = Object.entries(BROKEN_OFF).filter(([, meaning]) => meaning === reason);
  const written = `CallEndedReason = ${quoted(reason)}`;
  if (statuses.length === 0) return written;
  const either = statuses.map(([status]) => `ExecutionStatus = '${status}'`).join(' OR ');
  return `(${written} OR (CallEndedReason IS NULL AND (${either})))`;
};

/** The store's parser reads backslashes in strings as escapes, as MySQL does. */
const quoted = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
