import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { JobProcess } from '../../../agent/host/job-process.js';
import * as relay from '../../../agent/relay/protocol.js';
import { relayPair } from './relay-pair.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

/** A job process that answers no ping, as its host sees it. */
function silentProcess() {
  const { host, job } = relayPair();
  const process = new JobProcess(host);
  host.listen();
  job.listen();
  let lost: string | undefined;
  process.gone.catch((error: Error) => (lost = error.message));
  return { process, job, lost: () => lost };
}

it('a process may be silent for as long as it loads', async () => {
  const { job, process, lost } = silentProcess();
  vi.advanceTimersByTime(60_000);
  await job.sendNotification(relay.hello, { pid: 1 });
  await expect.poll(() => process.pid).toBe(1);
  expect(lost()).toBeUndefined();
});

it('a loaded process that does not answer is lost', async () => {
  const { job, process, lost } = silentProcess();
  await job.sendNotification(relay.hello, { pid: 1 });
  await expect.poll(() => process.pid).toBe(1);
  vi.advanceTimersByTime(6_000);
  expect(lost()).toBeUndefined();
  vi.advanceTimersByTime(2_000);
  await expect.poll(lost).toBe('it did not answer for 6 s');
});
