import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LIMIT_MS } from '../conditions.js';
import type { Memory } from '../types.js';
import { heldJob } from './recovery.js';
import type { Testbed } from './testbed.js';

const CALLS = 5;
/** After the last greeting began: it has been spoken, and what it took has settled. Milliseconds. */
const SETTLED_MS = 4_000;

/** Job processes in a call, ours and those of the bare framework: same provider, same words, same number. */
export async function measureMemory(bed: Testbed): Promise<Memory> {
  const oursKib = await during(bed, 'ours', (callIds) =>
    Promise.all(callIds.map(async (callId) => pssKib((await heldJob(bed, callId)).pid!))),
  );
  const frameworkKib = await during(bed, 'floor', async () => bed.yardsticks.pool['in a call'].map(pssKib));
  return { oursKib, frameworkKib };
}

async function during(
  bed: Testbed,
  contender: 'ours' | 'floor',
  measure: (callIds: string[]) => Promise<number[]>,
): Promise<number[]> {
  await bed.quiet();
  const orders = Array.from({ length: CALLS }, () => ({
    ...{ id: randomUUID(), contender, url: bed.urlOf(contender), flowId: 'held', limitMs: 2 * LIMIT_MS },
  }));
  const decided = await Promise.all(orders.map((order) => bed.callers.place(order)));
  await sleep(SETTLED_MS);
  const measured = await measure(decided.flatMap(({ heardMs, callId }) => (heardMs !== null && callId) || []));
  await Promise.all(orders.map(({ id }) => bed.callers.leave(id)));
  if (measured.length === 0) throw new Error(`no call of ${contender} to measure: ${decided[0]?.why}`);
  return measured;
}

/** Linux: what the process has for itself, and its share of what it has in common with others. */
function pssKib(pid: number): number {
  const [, kib] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
  return Number(kib);
}
