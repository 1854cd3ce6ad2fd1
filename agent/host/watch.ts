import type { AgentServer } from '@livekit/agents';
import type { CallLink } from './call-link.js';
import { giveUp } from './give-up.js';
import type { JobTraces } from './job-traces.js';
import type { HostedJob, Jobs } from './jobs.js';

const LOOK_EVERY_MS = 1_000;
/**
 * LiveKit assigns an accepted job at once, or never: not when its connection broke just then. Counted, so that a host
 * that was stopped meanwhile does not take its own pause for LiveKit's silence.
 */
const LOOKS_UNASSIGNED = 4;
/** An assigned job may wait for a process to load. */
const LAUNCH_MS = 60_000;
/** Longer than any call waits for its agent: what is not ready by now hangs, and nobody waits for it. */
const READY_MS = 150_000;

/** Finds jobs that never get ready: launch failed, died while loading, assignment lost, hangs as it connects. */
export function watchJobs(
  server: Pick<AgentServer, 'activeJobs'>,
  jobs: Jobs,
  calls: Pick<CallLink, 'failed'>,
  traces: Pick<JobTraces, 'ended'>,
): NodeJS.Timeout {
  const unassigned = new Map<string, number>();
  const isUnassigned = ({ jobId, assigned }: HostedJob) => {
    if (assigned) return false;
    const looks = (unassigned.get(jobId) ?? 0) + 1;
    unassigned.set(jobId, looks);
    return looks > LOOKS_UNASSIGNED;
  };
  const end = (job: HostedJob, error: string) => giveUp({ jobs, calls, traces }, job, error);
  const look = () => {
    const running = new Set(server.activeJobs.map(({ job }) => job.id));
    for (const job of jobs.all.filter(({ stage }) => stage !== 'ready')) {
      const ageMs = Date.now() - job.acceptedAt;
      if (ageMs > READY_MS) end(job, `it was not ready within ${READY_MS / 1000} s`);
      else if (job.process) continue;
      else if (running.has(job.jobId)) job.launched = true;
      else if (job.launched) end(job, 'its process ended while it was loading');
      else if (isUnassigned(job)) end(job, 'LiveKit did not assign it');
      else if (ageMs > LAUNCH_MS) end(job, `no process took it within ${LAUNCH_MS / 1000} s`);
    }
    for (const id of unassigned.keys()) if (!jobs.get(id)) unassigned.delete(id);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return timer;
}
