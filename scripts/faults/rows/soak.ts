import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Component } from '#stack';
import type { Row, Run } from '../row.js';
import { judgeSteady, type Sample } from '../steady.js';

const AT_ONCE = 2;
const SAMPLE_MS = 5_000;
/** A process that has just started still fills its caches: the first of these is not looked at. */
const PARTS = 4;

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

/** Linux: what the kernel says of a process. */
function sample(part: Component): Sample {
  const status = readFileSync(`/proc/${part.pid}/status`, 'utf8');
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  const handles = readdirSync(`/proc/${part.pid}/fd`).length;
  return { mb: Math.round(kilobytes / 1024), handles, processes: part.processes().length };
}

/** Calls in four parts, and a rest after each; what is measured counts from the first rest on. */
async function soaked(run: Run): Promise<void> {
  const { world, found, soakMs } = run;
  const [host] = world.hosts;
  const parts = { gateway: world.servers.gateway, 'call worker': world.worker, 'agent host': host! };
  const watched = Object.entries(parts).map(([name, part]) => ({
    ...{ name, part },
    ...{ atWork: [] as Sample[], atRest: [] as Sample[] },
  }));
  for (let n = 0; n < PARTS; n++) {
    const until = Date.now() + soakMs / PARTS;
    const watch = async () => {
      for (; Date.now() < until; await sleep(SAMPLE_MS))
        if (n > 0) for (const { part, atWork } of watched) atWork.push(sample(part));
    };
    await Promise.all([watch(), ...Array.from({ length: AT_ONCE }, () => callUntil(run, until))]);
    await world.rest();
    for (const { part, atRest } of watched) atRest.push(sample(part));
  }
  for (const { name, ...seen } of watched) judgeSteady(found, name, seen);
  found.note(`${found.outcomes.length} calls in ${Math.round(soakMs / 60_000)} minutes, ${AT_ONCE} at once`);
}

async function callUntil({ world, found, say }: Run, until: number): Promise<void> {
  while (Date.now() < until) {
    await world.warm(AT_ONCE);
    const call = await (await world.call({ flowId: 'hello' }).start()).join();
    const { right } = await found.end(call);
    await call.leave();
    world.calls.splice(world.calls.indexOf(call), 1);
    if (found.outcomes.length % 50 === 0 || !right) say(`${found.outcomes.length} calls`);
  }
}
