import type { CallLink } from './call-link.js';
import type { JobTraces } from './job-traces.js';
import type { HostedJob, Jobs } from './jobs.js';

interface Deps {
  jobs: Jobs;
  calls: Pick<CallLink, 'failed'>;
  traces: Pick<JobTraces, 'ended'>;
}

/** Gives the place of a job back that never got ready, and tells its call, which then asks for another. */
export function giveUp({ jobs, calls, traces }: Deps, job: HostedJob, error: string): void {
  const { callId, attempt, jobId, process } = job;
  jobs.release(jobId);
  traces.ended(job, error);
  process?.kill();
  void calls.failed(callId, { attempt, jobId, error });
}
