import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Jobs, type HostedJob, type JobStage } from '../../../agent/host/jobs.js';
import { quietMoment } from '../../../agent/host/quiet.js';

type State = JobStage | 'heard';

/** A host with jobs in these states, one process that asks whether it may load, and others that are loaded. */
function host(max: number, states: State[], warm: number) {
  const jobs = new Jobs(max);
  const hosted = states.map((state, n): HostedJob => {
    const job = jobs.reserve({ callId: `c${n}`, attempt: 1, jobId: `AJ_${n}`, room: `call-c${n}` })!;
    return Object.assign(job, state === 'heard' ? { stage: 'ready', heard: true } : { stage: state });
  });
  const state = { warm, loads: false };
  void quietMoment(jobs, () => state.warm).then(() => (state.loads = true));
  const passes = async (ms: number) => {
    await vi.advanceTimersByTimeAsync(ms);
    return state.loads;
  };
  return { jobs, hosted, state, passes };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('another process is loaded', () => {
  it('at once when nobody is disturbed', async () => {
    expect(await host(20, ['heard'], 3).passes(0)).toBe(true);
    expect(await host(20, [], 0).passes(0)).toBe(true);
  });

  it('when the caller who waited hears the agent', async () => {
    const { hosted, passes } = host(20, ['connecting'], 3);
    expect(await passes(1_000)).toBe(false);
    Object.assign(hosted[0]!, { stage: 'ready', readyAt: Date.now() });
    expect(await passes(1_000)).toBe(false);
    hosted[0]!.heard = true;
    expect(await passes(100)).toBe(true);
  });

  it('soon when the agent is ready and its caller does not come', async () => {
    const { hosted, passes } = host(20, ['ready'], 3);
    hosted[0]!.readyAt = Date.now() - 2_000;
    expect(await passes(900)).toBe(false);
    expect(await passes(200)).toBe(true);
  });

  it('at once when the next call would have to wait for it', async () => {
    expect(await host(20, ['connecting'], 1).passes(0)).toBe(true);
    expect(await host(20, ['accepted', 'accepted'], 0).passes(0)).toBe(true);
  });

  it('after a while, also on a host that is never quiet', async () => {
    const { passes } = host(20, ['connecting'], 3);
    expect(await passes(4_000)).toBe(false);
    expect(await passes(2_000)).toBe(true);
  });

  it('not on a full host, until a place is free: one that waits is enough', async () => {
    const { jobs, passes } = host(2, ['heard', 'heard'], 1);
    expect(await passes(30_000)).toBe(false);
    jobs.release('AJ_0');
    expect(await passes(100)).toBe(true);
  });

  it('on a full host for each job that waits for its process', async () => {
    expect(await host(2, ['heard', 'accepted'], 1).passes(0)).toBe(true);
  });

  it('on a full host before the framework takes it for one that hangs', async () => {
    expect(await host(1, ['heard'], 1).passes(61_000)).toBe(true);
  });
});
