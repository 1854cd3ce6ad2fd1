import { randomUUID } from 'node:crypto';
import { callWorkflowId } from '../../contract/index.js';
import { loadEnv } from '../../platform/env.js';
import { connectTemporal } from '../../platform/temporal.js';
import { LIMIT_MS } from '../conditions.js';
import type { History } from '../types.js';
import type { Testbed } from './testbed.js';
import { until } from './wait.js';

/** The history of a real call of the greeting flow, spoken to its end. */
export async function measureHistory(bed: Testbed): Promise<History> {
  await bed.quiet();
  const { client, connection } = await connectTemporal(loadEnv(bed.stack.env));
  try {
    const id = randomUUID();
    const order = { id, contender: 'ours', url: bed.urlOf('ours'), flowId: 'greeting', limitMs: LIMIT_MS } as const;
    const { callId, why } = await bed.callers.place(order);
    if (!callId) throw new Error(`no call: ${why}`);
    const handle = client.workflow.getHandle(callWorkflowId(callId));
    const description = await until('the end of the call', 60_000, async () => {
      const now = await handle.describe();
      return now.status.name === 'COMPLETED' ? now : undefined;
    });
    await bed.callers.leave(id);
    return { events: description.historyLength, bytes: description.historySize ?? 0 };
  } finally {
    await connection.close();
  }
}
