import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Component } from '#stack';
import type { Row, Run } from '../row.js';
import { judgeSteady, type Sample } from '../steady.js';
import { until } from '../world/until.js';

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

/** How long the library with which the agents framework looks at its processes may keep a handle. Milliseconds. */
const KEPT_MS = 90_000;

/** Linux: files under /proc of processes that have ended, which a process still holds. */
function heldOfTheDead({ pid }: Component): string[] {
  const links = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return []; // closed meanwhile
    }
  });
  return links.filter((path) => path.startsWith('/proc/') && !existsSync(path));
}

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
    const end = Date.now() + soakMs / PARTS;
    const watch = async () => {
      for (; Date.now() < end; await sleep(SAMPLE_MS))
        if (n > 0) for (const { part, atWork } of watched) atWork.push(sample(part));
    };
    await Promise.all([watch(), ...Array.from({ length: AT_ONCE }, () => callUntil(run, end))]);
    await world.rest();
    if (n === 0 || n === PARTS - 1) await forgetTheDead(host!);
    for (const { part, atRest } of watched) atRest.push(sample(part));
  }
  for (const { name, ...seen } of watched) judgeSteady(found, name, seen);
  found.note(`${found.outcomes.length} calls in ${Math.round(soakMs / 60_000)} minutes, ${AT_ONCE} at once`);
}

/** What the host holds for a minute of each process that it had is neither at rest nor a leak. */
const forgetTheDead = (host: Component): Promise<boolean> =>
  until(`${host.name} to let go of ended processes`, () => heldOfTheDead(host).length === 0, {
    timeoutMs: 2 * KEPT_MS,
    everyMs: 1_000,
  });

async function callUntil({ world, found, say }: Run, end: number): Promise<void> {
  while (Date.now() < end) {
    await world.warm(AT_ONCE);
    const call = await (await world.call({ flowId: 'hello' }).start()).join();
    const { right } = await found.end(call);
    await call.leave();
    world.calls.splice(world.calls.indexOf(call), 1);
    if (found.outcomes.length % 50 === 0 || !right) say(`${found.outcomes.length} calls`);
  }
}
