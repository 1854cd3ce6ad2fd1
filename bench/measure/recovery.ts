import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LIMIT_MS } from '../conditions.js';
import type { Recovery } from '../types.js';
import type { Testbed } from './testbed.js';
import { until } from './wait.js';

const JOBS_KILLED = 5;
const HOSTS_KILLED = 2;
/** Well into the sentence. Milliseconds. */
const INTO_MS = 1_000;
const RECOVERED_MS = 60_000;
/** `npm start`, systemd and the like take about so long to notice that a process ended. Milliseconds. */
const SUPERVISOR_MS = 500;

interface Held {
  callId: string;
  pid?: number;
}

/** Kills what speaks, and waits until the same caller hears the sentence from the next agent. */
export async function measureRecovery(bed: Testbed, progress: (line: string) => void): Promise<Recovery> {
  const recovery: Recovery = { jobKilledMs: [], hostKilledMs: [] };
  for (let i = 0; i < JOBS_KILLED; i++) {
    recovery.jobKilledMs.push(
      await afterKilling(bed, async (callId) => {
        const { pid } = await heldJob(bed, callId);
        process.kill(pid!, 'SIGKILL');
      }),
    );
    progress(`job killed: ${recovery.jobKilledMs.at(-1)} ms`);
  }
  for (let i = 0; i < HOSTS_KILLED; i++) {
    recovery.hostKilledMs.push(
      await afterKilling(bed, async () => {
        await bed.ourAgent.kill();
        await sleep(SUPERVISOR_MS);
        await bed.ourAgent.start();
      }),
    );
    progress(`host killed: ${recovery.hostKilledMs.at(-1)} ms`);
  }
  return recovery;
}

async function afterKilling(bed: Testbed, kill: (callId: string) => Promise<void>): Promise<number | null> {
  await bed.quiet();
  const id = randomUUID();
  const order = { id, contender: 'ours', url: bed.urlOf('ours'), flowId: 'long', limitMs: LIMIT_MS } as const;
  const { heardMs, callId, why } = await bed.callers.place(order);
  if (heardMs === null || !callId) throw new Error(`no call to break: ${why}`);
  await sleep(INTO_MS);
  const killedAt = Date.now();
  const [at] = await Promise.all([bed.callers.otherSpeaker(id, RECOVERED_MS), kill(callId)]);
  await bed.callers.leave(id);
  return at === undefined ? null : Math.round(at - killedAt);
}

export async function heldJob(bed: Testbed, callId: string): Promise<Held> {
  return until(`the job of call ${callId}`, 5_000, async () => {
    const answer = await fetch(`${bed.ourAgent.healthUrl}/jobs`);
    const { jobs } = (await answer.json()) as { jobs: Held[] };
    return jobs.find((job) => job.callId === callId && job.pid !== undefined);
  });
}
