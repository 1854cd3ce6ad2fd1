import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Throughput } from '../types.js';
import type { Activities, Bench, Workshop } from './workshop.js';

const ROUNDS = 4;
const CALLS = 100;
const AT_ONCE = 20;
/** Thrown away: compilers and caches have seen a call before one counts. */
const WARM_UP = 40;
/** Of a round, which takes some ten seconds. */
const LIMIT_MS = 300_000;

/** The same calls with real and with no-op activities, in turn: what our side of LiveKit's API costs. */
export async function measureThroughput(workshop: Workshop, progress: (line: string) => void): Promise<Throughput> {
  const variants: [Activities, Bench][] = [
    ['real', await workshop.bench('real')],
    ['no-op', await workshop.bench('no-op')],
  ];
  for (const [, bench] of variants) await run(bench, WARM_UP);
  const rounds: Throughput['rounds'] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [activities, bench] of variants) {
      const [before, temporalBefore, at] = [await bench.usage(), cpuOf(workshop.temporalPid), Date.now()];
      await run(bench, CALLS);
      const wallMs = Date.now() - at;
      const cpuMs = (await bench.usage()).cpuMs - before.cpuMs;
      const temporalCpuMs = cpuOf(workshop.temporalPid) - temporalBefore;
      rounds.push({ activities, calls: CALLS, cpuMs, wallMs, temporalCpuMs });
      progress(`${activities} activities: ${CALLS} calls in ${(wallMs / 1000).toFixed(1)} s`);
    }
  }
  return { rounds };
}

async function run({ calls, within }: Bench, count: number): Promise<void> {
  let left = count;
  const lane = async () => {
    while (left-- > 0) {
      const { ended } = await (await calls.start()).result();
      if (ended?.reason !== 'completed') throw new Error(`a scripted call ended ${ended?.reason}: ${ended?.detail}`);
    }
  };
  await within(LIMIT_MS, Promise.all(Array.from({ length: AT_ONCE }, lane)));
}

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Linux. Milliseconds of CPU time so far. */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
}
