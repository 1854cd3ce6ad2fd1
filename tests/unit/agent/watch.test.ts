import type { AgentServer } from '@livekit/agents';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { JobTraces } from '../../../agent/host/job-traces.js';
import { Jobs } from '../../../agent/host/jobs.js';
import { watchJobs } from '../../../agent/host/watch.js';
import type { AgentFailed } from '../../../contract/index.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A host that has accepted a job; what its calls are told. */
function accepted() {
  const jobs = new Jobs(1);
  jobs.reserve({ callId: 'c1', attempt: 1, jobId: 'AJ_1', room: 'call-c1' });
  const running: { job: { id: string } }[] = [];
  const told: string[] = [];
  const failed = async (callId: string, { error }: AgentFailed) => told.push(`${callId}: ${error}`) > 0;
  const server = { activeJobs: running } as unknown as AgentServer;
  watchJobs(server, jobs, { failed }, new JobTraces(undefined, 'h'));
  return { jobs, running, told };
}

it('a job that LiveKit never assigns is given up at once, and its call is told', () => {
  const { jobs, told } = accepted();
  vi.advanceTimersByTime(4_000);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual(['c1: LiveKit did not assign it']);
  expect(jobs.free).toBe(1);
});

it('a job that was assigned may wait for a process', () => {
  const { jobs, told } = accepted();
  jobs.assigned('AJ_1');
  vi.advanceTimersByTime(59_000);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(3_000);
  expect(told).toEqual(['c1: no process took it within 60 s']);
});

it('a job whose process ended while it was loading is given up', () => {
  const { jobs, running, told } = accepted();
  jobs.assigned('AJ_1');
  running.push({ job: { id: 'AJ_1' } });
  vi.advanceTimersByTime(1_000);
  running.pop();
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual(['c1: its process ended while it was loading']);
});

it('a job whose process ended at once, between two looks, is given up, too', () => {
  const { jobs, told } = accepted();
  jobs.assigned('AJ_1');
  jobs.get('AJ_1')!.launched = true;
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual(['c1: its process ended while it was loading']);
});
