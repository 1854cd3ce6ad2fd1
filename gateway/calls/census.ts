import type { Client } from '@temporalio/client';
import { pageOf } from '../../calls/executions.js';
import { callIdOfWorkflow } from '../../contract/index.js';
import type { CallView } from '../../contract/index.js';
import { EncryptionError } from '../../platform/encryption/index.js';
import type { Unreadable } from './port.js';
import { ask } from './temporal.js';
import { readWithoutWorker } from './view.js';

/** Results read at the same time. */
const AT_ONCE = 20;
/** Visibility is asked in pages; more than this has not ended between two scrapes. */
const MOST = 10_000;

const RUNNING = `WorkflowType = 'call' AND ExecutionStatus = 'Running'`;

/** How many calls there are, of all organisations. */
export const countActive = async (client: Client): Promise<number> =>
  (await ask(client, () => client.workflow.count(RUNNING))).count;

/**
 * Calls of all organisations that ended at `since` (milliseconds since the epoch) or later, but those of `known`. One
 * whose encryption key is gone is told to `unreadable`, and costs the others nothing.
 */
export async function endedSince(
  client: Client,
  since: number,
  known: ReadonlySet<string>,
  unreadable: Unreadable,
): Promise<CallView[]> {
  const query = `WorkflowType = 'call' AND CloseTime >= '${new Date(since).toISOString()}'`;
  const callIds = (await idsOf(client, query)).filter((callId) => !known.has(callId));
  const read = async (callId: string): Promise<CallView | undefined> => {
    try {
      return await readWithoutWorker(client, callId);
    } catch (error) {
      if (!(error instanceof EncryptionError)) throw error;
      unreadable(callId, error);
      return undefined;
    }
  };
  const views: CallView[] = [];
  for (let at = 0; at < callIds.length; at += AT_ONCE) {
    const some = await Promise.all(callIds.slice(at, at + AT_ONCE).map(read));
    views.push(...some.filter((view) => view !== undefined));
  }
  return views;
}

async function idsOf(client: Client, query: string): Promise<string[]> {
  const callIds: string[] = [];
  let token: Uint8Array | undefined;
  do {
    const page = await ask(client, () => pageOf(client, query, 500, token));
    for (const { execution } of page.executions) callIds.push(callIdOfWorkflow(execution?.workflowId ?? '') ?? '');
    token = page.nextPageToken;
  } while (token.length > 0 && callIds.length < MOST);
  return callIds.filter(Boolean);
}
