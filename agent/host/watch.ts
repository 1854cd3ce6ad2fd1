import type { AgentServer } from '@livekit/agents';
import type { CallLink } from './call-link.js';
import type { HostedJob, Jobs } from './jobs.js';

const LOOK_EVERY_MS = 1_000;
/** LiveKit may never send the assignment of an accepted job: its place is given back. */
const LAUNCH_MS = 60_000;
/** Longer than any call waits for its agent: what is not ready by now hangs, and nobody waits for it. */
const READY_MS = 150_000;

/** Finds jobs that never get ready: launch failed, died while loading, assignment lost, hangs as it connects. */
export function watchJobs(server: AgentServer, jobs: Jobs, calls: CallLink): NodeJS.Timeout {
  const launched = new Set<string>();
  const giveUp = ({ callId, attempt, jobId, process }: HostedJob, error: string) => {
    jobs.release(jobId);
    process?.kill();
    void calls.failed(callId, { attempt, jobId, error });
  };
  const look = () => {
    const running = new Set(server.activeJobs.map(({ job }) => job.id));
    for (const job of jobs.all.filter(({ stage }) => stage !== 'ready')) {
      const ageMs = Date.now() - job.acceptedAt;
      if (ageMs > READY_MS) giveUp(job, `it was not ready within ${READY_MS / 1000} s`);
      else if (job.process) continue;
      else if (running.has(job.jobId)) launched.add(job.jobId);
      else if (launched.has(job.jobId)) giveUp(job, 'its process ended while it was loading');
      else if (ageMs > LAUNCH_MS) giveUp(job, `no process took it within ${LAUNCH_MS / 1000} s`);
    }
    for (const id of launched) if (!running.has(id)) launched.delete(id);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return timer;
}
