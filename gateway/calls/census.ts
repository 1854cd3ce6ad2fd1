import type { Client } from '@temporalio/client';
import { knownToTemporal } from '../../calls/attributes.js';
import type { CallView } from '../../contract/index.js';
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

/** Calls of all organisations that ended at `since` (milliseconds since the epoch) or later, but those of `known`. */
export async function endedSince(client: Client, since: number, known: ReadonlySet<string>): Promise<CallView[]> {
  const query = `WorkflowType = 'call' AND CloseTime >= '${new Date(since).toISOString()}'`;
  const callIds: string[] = [];
  await ask(client, async () => {
    for await (const info of client.workflow.list({ query, pageSize: 500 })) {
      const { callId } = knownToTemporal(info);
      if (!known.has(callId)) callIds.push(callId);
      if (callIds.length === MOST) break;
    }
  });
  const views: CallView[] = [];
  for (let at = 0; at < callIds.length; at += AT_ONCE) {
    const read = await Promise.all(callIds.slice(at, at + AT_ONCE).map((callId) => readWithoutWorker(client, callId)));
    views.push(...read.filter((view) => view !== undefined));
  }
  return views;
}
