import { callIdOfWorkflow } from '../../contract/index.js';
import type { Growth } from '../types.js';
import { until } from '../measure/wait.js';
import type { Bench, Workshop } from './workshop.js';

const CONCURRENT = [1, 50];
const PROBES = 10;
const WARM_UP = 20;
const START_MS = 60_000;

/** What calls that go on cost the worker's memory, and the next call's start. */
export async function measureGrowth(workshop: Workshop): Promise<Growth[]> {
  const bench = await workshop.bench('real');
  const saying = new Map<string, number>();
  bench.onSaying((callId, at) => void (saying.has(callId) || saying.set(callId, at)));
  for (let i = 0; i < WARM_UP; i++) await (await bench.calls.start()).result();
  await bench.hold(true);
  const open: string[] = [];
  const growth: Growth[] = [];
  for (const atOnce of CONCURRENT) {
    while (open.length < atOnce) open.push((await startUntilSaying(bench, saying)).callId);
    const { rssKib } = await bench.usage();
    const startedMs: number[] = [];
    for (let i = 0; i < PROBES; i++) {
      const probe = await startUntilSaying(bench, saying);
      startedMs.push(probe.ms);
      await probe.hangup();
    }
    growth.push({ atOnce, rssKib, startedMs });
  }
  await bench.hold(false);
  return growth;
}

async function startUntilSaying({ calls }: Bench, saying: Map<string, number>) {
  const startedAt = Date.now();
  const handle = await calls.start();
  const callId = callIdOfWorkflow(handle.workflowId)!;
  const at = await until('the first words', START_MS, () => saying.get(callId));
  const hangup = async () => {
    await handle.signal('hangup', { by: 'api' });
    await handle.result();
  };
  return { callId, ms: at - startedAt, hangup };
}
