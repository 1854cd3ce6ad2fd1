import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Component } from '#stack';
import { percentile } from '../../call/stats.js';
import type { Row, Run } from '../row.js';

const AT_ONCE = 2;
const SAMPLE_MS = 5_000;
/** A process that has just started still fills its caches. Share of the samples that are not looked at. */
const SETTLING = 0.25;
/** Garbage that is not collected yet is no leak. */
const GROWTH = 1.15;
const GROWTH_MB = 15;
const MORE_HANDLES = 8;

export const soak: Row = {
  number: 11,
  title: 'Soak',
  cases: [
    {
      fault: 'calls without a pause',
      goal: 'memory and open handles flat',
      long: true,
      run: soaked,
    },
  ],
};

interface Sample {
  mb: number;
  handles: number;
}

/** Linux: what the kernel says of a process. */
function sample({ pid }: Component): Sample {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  return { mb: Math.round(kilobytes / 1024), handles: readdirSync(`/proc/${pid}/fd`).length };
}

async function soaked({ world, found, soakMs, say }: Run): Promise<void> {
  const [host] = world.hosts;
  const parts = { gateway: world.servers.gateway, 'call worker': world.worker, 'agent host': host! };
  const samples = new Map(Object.keys(parts).map((name) => [name, [] as Sample[]]));
  const until = Date.now() + soakMs;
  const watch = async () => {
    while (Date.now() < until) {
      for (const [name, part] of Object.entries(parts)) samples.get(name)!.push(sample(part));
      await sleep(SAMPLE_MS);
    }
  };
  const callers = Array.from({ length: AT_ONCE }, async () => {
    while (Date.now() < until) {
      await world.warm(AT_ONCE);
      const call = await (await world.call({ flowId: 'hello' }).start()).join();
      const { right } = await found.end(call);
      await call.leave();
      world.calls.splice(world.calls.indexOf(call), 1);
      if (found.outcomes.length % 50 === 0 || !right) say(`${found.outcomes.length} calls`);
    }
  });
  await Promise.all([watch(), ...callers]);
  for (const [name, series] of samples) judge(found, name, series);
  found.note(`${found.outcomes.length} calls in ${Math.round(soakMs / 60_000)} minutes, ${AT_ONCE} at once`);
}

/** Compares the first third of what is left after settling with the last third. */
function judge(found: Run['found'], name: string, series: readonly Sample[]): void {
  const settled = series.slice(Math.floor(series.length * SETTLING));
  const third = Math.max(1, Math.floor(settled.length / 3));
  const median = (some: readonly Sample[], of: (sample: Sample) => number) => percentile(some.map(of), 50)!;
  const compare = (of: (sample: Sample) => number) =>
    [median(settled.slice(0, third), of), median(settled.slice(-third), of)] as const;
  const [mbBefore, mbAfter] = compare(({ mb }) => mb);
  const [handlesBefore, handlesAfter] = compare(({ handles }) => handles);
  found.note(`${name}: ${mbBefore} -> ${mbAfter} MB, ${handlesBefore} -> ${handlesAfter} handles`);
  const flat = mbAfter <= Math.max(mbBefore * GROWTH, mbBefore + GROWTH_MB);
  found.must(flat, `${name} grew from ${mbBefore} to ${mbAfter} MB`);
  found.must(
    handlesAfter <= handlesBefore + MORE_HANDLES,
    `${name} went from ${handlesBefore} to ${handlesAfter} handles`,
  );
}
