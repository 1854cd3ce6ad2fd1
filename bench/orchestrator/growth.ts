import { setTimeout as sleep } from 'node:timers/promises';
import { callIdOfWorkflow } from '../../contract/index.js';
import type { Growth } from '../types.js';
import { until } from '../measure/wait.js';
import { median } from '../statistics.js';
import type { Activities, Bench, Workshop } from './workshop.js';

const CONCURRENT = [1, 50];
const PROBES = 10;
const WARM_UP = 20;
const START_MS = 60_000;
const SAMPLES = 5;
const SAMPLE_EVERY_MS = 300;
/** Of all of it. */
const LIMIT_MS = 600_000;

/** What calls that go on cost the worker's memory, and the next call's start. */
export async function measureGrowth(workshop: Workshop, activities: Activities): Promise<Growth[]> {
  const bench = await workshop.bench(activities);
  return bench.within(LIMIT_MS, grow(bench));
}

async function grow(bench: Bench): Promise<Growth[]> {
  const saying = new Map<string, number>();
  bench.onSaying((callId, at) => void (saying.has(callId) || saying.set(callId, at)));
  for (let i = 0; i < WARM_UP; i++) await (await bench.calls.start()).result();
  await bench.hold(true);
  const open: Started[] = [];
  const growth: Growth[] = [];
  for (const atOnce of CONCURRENT) {
    while (open.length < atOnce) open.push(await startUntilSaying(bench, saying));
    const rssKib = await settledRss(bench);
    const startedMs: number[] = [];
    for (let i = 0; i < PROBES; i++) {
      const probe = await startUntilSaying(bench, saying);
      startedMs.push(probe.ms);
      await probe.hangup();
    }
    growth.push({ atOnce, rssKib, startedMs });
  }
  await bench.hold(false);
  await Promise.all(open.map(({ over }) => over())); // the next measurement has the machine for itself
  return growth;
}

/** One look may fall on a moment of work: the median of some. */
async function settledRss(bench: Bench): Promise<number> {
  const samples: number[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    await sleep(SAMPLE_EVERY_MS);
    samples.push((await bench.usage()).rssKib);
  }
  return median(samples)!;
}

interface Started {
  ms: number;
  over(): Promise<unknown>;
  hangup(): Promise<void>;
}

async function startUntilSaying({ calls }: Bench, saying: Map<string, number>): Promise<Started> {
  const startedAt = Date.now();
  const handle = await calls.start();
  const callId = callIdOfWorkflow(handle.workflowId)!;
  const at = await until('the first words', START_MS, () => saying.get(callId));
  const hangup = async () => {
    await handle.signal('hangup', { by: 'api' });
    await handle.result();
  };
  return { ms: at - startedAt, over: () => handle.result(), hangup };
}
