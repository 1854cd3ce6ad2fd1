import type { AgentServer } from '@livekit/agents';
import type { CallLink } from './call-link.js';
import type { HostedJob, Jobs } from './jobs.js';

const LOOK_EVERY_MS = 1_000;
/** LiveKit may never send the assignment of an accepted job: its place is given back. */
const LAUNCH_MS = 60_000;

/** Finds jobs that never got as far as a process that reports: launch failed, died while loading, assignment lost. */
export function watchJobs(server: AgentServer, jobs: Jobs, calls: CallLink): NodeJS.Timeout {
  const launched = new Set<string>();
  const giveUp = ({ callId, attempt, jobId }: HostedJob, error: string) => {
    jobs.release(jobId);
    launched.delete(jobId);
    void calls.failed(callId, { attempt, jobId, error });
  };
  const look = () => {
    const running = new Set(server.activeJobs.map(({ job }) => job.id));
    for (const job of jobs.all.filter(({ process }) => !process)) {
      if (running.has(job.jobId)) launched.add(job.jobId);
      else if (launched.has(job.jobId)) giveUp(job, 'its process ended while it was loading');
      else if (Date.now() - job.acceptedAt > LAUNCH_MS) giveUp(job, `no process took it within ${LAUNCH_MS / 1000} s`);
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return timer;
}
