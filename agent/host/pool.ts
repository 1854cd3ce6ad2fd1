import { subscribe } from 'node:diagnostics_channel';
import type { ChildProcess } from 'node:child_process';
import type { Logger } from '../../platform/logger.js';
import { frameworkFile } from './job-program.js';
import type { Jobs } from './jobs.js';

/** A process that ended sooner than it can load could not even begin: the next one waits. Milliseconds. */
const TOO_SOON_MS = 1_000;
const PAUSE_MS = 1_000;

/** What we use of the framework's pool (agents 1.9.0, ipc/proc_pool.js), which it does not export. */
interface ProcPool {
  closed: boolean;
  warmedProcQueue: { items: Warm[]; get(): Promise<Warm>; put(entry: Warm): Promise<void> };
  /** Forks a process into a slot and waits for its end; `unlock` gives the slot back. */
  procWatchTask(unlock: Warm['unlock']): Promise<void>;
  /** Of a job that LiveKit has assigned: waits for a warm process, gives its slot to the next one, and sends it the job. */
  launchJob(info: JobInfo): Promise<void>;
}

interface Warm {
  proc: { readonly isAlive: boolean; launchJob(info: JobInfo): Promise<void> };
  /** `used`: for a call. */
  unlock: (used?: boolean) => void;
}

interface JobInfo {
  job: { id: string };
}

interface Deps {
  logger: Logger;
  jobs: Jobs;
  /** Takes no more jobs. */
  draining: () => boolean;
}

/**
 * Mends the framework's pool of warm processes. One that dies while it waits stays in its queue: the next call is sent
 * into the dead process, and the slot is never filled again (livekit/agents-js#2321). And a fork that fails
 * (out of processes, files, memory) is tried again without a pause, which freezes or ends the host with all its calls.
 */
export async function mendPool({ logger, jobs, draining }: Deps): Promise<void> {
  const { ProcPool } = (await import(frameworkFile('./ipc/proc_pool.js'))) as { ProcPool: { prototype: ProcPool } };
  const pool = ProcPool.prototype;
  const { procWatchTask } = pool;
  const isNeeded = () => !draining() || jobs.all.some(({ stage }) => stage === 'accepted');

  pool.procWatchTask = async function (unlock) {
    const began = Date.now();
    let held = true;
    const release = (used = false) => {
      if (!held) return;
      held = false;
      if (!used && Date.now() - began < TOO_SOON_MS) setTimeout(unlock, PAUSE_MS).unref();
      else unlock();
    };
    const failed = (error: unknown) => logger.error('A job process could not be started', { error });
    await procWatchTask.call(this, release).catch(failed);
    const { items } = this.warmedProcQueue;
    const left = items.findIndex((each) => each.unlock === release);
    if (left < 0) return;
    items.splice(left, 1);
    if (this.closed || !isNeeded()) return;
    logger.warn('A warm job process ended before it had a call; another one is loaded');
    release();
  };

  // As the framework's, but not into a process that ends (a drain ends those that wait), which would lose the job; and
  // who waited for a process and was given up meanwhile leaves it to the next.
  pool.launchJob = async function (info) {
    jobs.assigned(info.job.id);
    let entry = await this.warmedProcQueue.get();
    for (; !entry.proc.isAlive; entry = await this.warmedProcQueue.get()) entry.unlock();
    const job = jobs.get(info.job.id);
    if (!job) return this.warmedProcQueue.put(entry);
    entry.unlock(true);
    await entry.proc.launchJob(info);
    job.launched = true;
  };

  // A fork that fails says so by an event that the framework does not listen for yet: nobody would, and the host ended.
  subscribe('child_process', (message) => {
    const { process } = message as { process: ChildProcess };
    process.on('error', (error) => logger.error('A job process failed', { error }));
  });
}
