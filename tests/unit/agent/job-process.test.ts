import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { JobProcess } from '../../../agent/host/job-process.js';
import * as relay from '../../../agent/relay/protocol.js';
import { relayPair } from './relay-pair.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] }));
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

it('a process that was sent away and stays is killed', async () => {
  const hangs = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1_000)']);
  const ended = once(hangs, 'exit');
  const { job, process: hosted } = silentProcess();
  await job.sendNotification(relay.hello, { pid: hangs.pid! });
  await expect.poll(() => hosted.pid).toBe(hangs.pid);
  job.onRequest(relay.ping, () => undefined); // it lives
  hosted.dismiss('the call does without it');
  for (let seconds = 0; seconds < 30; seconds++) {
    expect(hangs.signalCode).toBeNull();
    vi.advanceTimersByTime(1_000);
    for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
  }
  expect(await ended).toEqual([null, 'SIGKILL']);
});
