import { initializeLogger } from '@livekit/agents';
import { beforeAll, expect, it } from 'vitest';
import { frameworkFile } from '../../../agent/host/job-program.js';
import { Jobs } from '../../../agent/host/jobs.js';
import { mendPool } from '../../../agent/host/pool.js';
import { createLogger } from '../../../platform/logger.js';
import { loadEnv } from '../../../platform/env.js';

/** The framework's pool, as far as jobs are launched; the processes are the test's. */
interface Pool {
  warmedProcQueue: { put(entry: object): Promise<void>; items: object[] };
  launchJob(info: { job: { id: string } }): Promise<void>;
}
const jobs = new Jobs(2);
let ProcPool: new (options: object) => Pool;

beforeAll(async () => {
  initializeLogger({ pretty: false, level: 'silent' });
  const logger = createLogger({ env: loadEnv({ LOG_LEVEL: 'error' }), service: 'test' });
  await mendPool({ logger, jobs, draining: () => true });
  ({ ProcPool } = (await import(frameworkFile('./ipc/proc_pool.js'))) as { ProcPool: typeof ProcPool });
});

it('a job is not given to a process that a drain ends', async () => {
  const pool = new ProcPool({ numIdleProcesses: 2 });
  const given: string[] = [];
  const entry = (name: string, isAlive: boolean) => {
    const launchJob = async () => given.push(`${name} is given the job`);
    return { proc: { isAlive, launchJob }, unlock: () => given.push(`${name} leaves its place`) };
  };
  await pool.warmedProcQueue.put(entry('one that ends', false));
  jobs.reserve({ callId: 'c1', attempt: 1, jobId: 'AJ_1', room: 'call-c1' });
  const launched = pool.launchJob({ job: { id: 'AJ_1' } });
  await expect.poll(() => given).toEqual(['one that ends leaves its place']);
  expect(jobs.get('AJ_1')).toMatchObject({ assigned: true });
  expect(jobs.get('AJ_1')?.launched).toBeUndefined();

  await pool.warmedProcQueue.put(entry('the next', true));
  await launched;
  expect(given.slice(1)).toEqual(['the next leaves its place', 'the next is given the job']);
  expect(jobs.get('AJ_1')).toMatchObject({ launched: true });
});
