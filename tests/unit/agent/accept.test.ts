import type { JobRequest } from '@livekit/agents';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acceptJobs } from '../../../agent/host/accept.js';
import type { CallLink } from '../../../agent/host/call-link.js';
import { JobTraces } from '../../../agent/host/job-traces.js';
import { Jobs } from '../../../agent/host/jobs.js';
import { HostMetrics } from '../../../agent/host/metrics.js';
import type { Logger } from '../../../platform/logger.js';

const logger = { info: () => undefined, warn: () => undefined } as unknown as Logger;

function host(max: number, open: () => boolean = () => true, canServe: () => boolean = () => true) {
  const jobs = new Jobs(max);
  const accepted = vi.fn(async () => open());
  const metrics = new HostMetrics(
    jobs,
    () => 0,
    () => false,
  );
  const traces = new JobTraces(undefined, 'h');
  const calls = { accepted, wants: async () => true } as unknown as CallLink;
  const accept = acceptJobs({ hostId: 'h', jobs, canServe, calls, logger, metrics, traces });
  const offer = async (id: string, metadata: object) => {
    const answers: string[] = [];
    const answer = (word: string) => async () => void answers.push(word);
    const job = { metadata: JSON.stringify(metadata) };
    await accept({ id, job, accept: answer('accept'), reject: answer('reject') } as unknown as JobRequest);
    return answers.join();
  };
  return { jobs, accepted, offer };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a job that is offered', () => {
  it('is taken while there is a place, once for each attempt', async () => {
    const { offer } = host(2);
    expect(await offer('AJ_1', { callId: 'c1', attempt: 1 })).toBe('accept');
    expect(await offer('AJ_2', { callId: 'c1', attempt: 1 })).toBe('reject');
    expect(await offer('AJ_3', { callId: 'c1', attempt: 2 })).toBe('accept');
    expect(await offer('AJ_4', { callId: 'c2', attempt: 1 })).toBe('reject');
    expect(await host(2).offer('AJ_5', { someone: 'else' })).toBe('reject');
  });

  it('is not taken while no process can load', async () => {
    let canServe = false;
    const { offer } = host(1, undefined, () => canServe);
    expect(await offer('AJ_1', { callId: 'c1', attempt: 1 })).toBe('reject');
    canServe = true;
    expect(await offer('AJ_2', { callId: 'c1', attempt: 2 })).toBe('accept');
  });

  it('is told of again and again until it is ready', async () => {
    const { jobs, accepted, offer } = host(1);
    await offer('AJ_1', { callId: 'c1', attempt: 1 });
    await vi.advanceTimersByTimeAsync(4_100);
    expect(accepted).toHaveBeenCalledTimes(3);
    jobs.get('AJ_1')!.stage = 'ready';
    await vi.advanceTimersByTimeAsync(10_000);
    expect(accepted).toHaveBeenCalledTimes(3);
  });

  it('gives its place back when its call ends before there is a process for it', async () => {
    let open = true;
    const { jobs, accepted, offer } = host(1, () => open);
    await offer('AJ_1', { callId: 'c1', attempt: 1 });
    expect(jobs.free).toBe(0);
    open = false;
    await vi.advanceTimersByTimeAsync(2_100);
    expect(jobs.free).toBe(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(accepted).toHaveBeenCalledTimes(2);
  });

  it('keeps its place when its process has it: that one leaves, and says so', async () => {
    let open = true;
    const { jobs, offer } = host(1, () => open);
    await offer('AJ_1', { callId: 'c1', attempt: 1 });
    jobs.get('AJ_1')!.stage = 'loading';
    open = false;
    await vi.advanceTimersByTimeAsync(2_100);
    expect(jobs.free).toBe(0);
  });
});
