import type { JobRequest } from '@livekit/agents';
import { agentIdentity } from '../../contract/index.js';
import type { DispatchMetadata } from '../../contract/index.js';
import type { Logger } from '../../platform/logger.js';
import type { CallLink } from './call-link.js';
import type { JobTraces } from './job-traces.js';
import type { HostedJob, Jobs } from './jobs.js';
import type { HostMetrics } from './metrics.js';

const RENEW_EVERY_MS = 2_000;

interface Deps {
  hostId: string;
  jobs: Jobs;
  canServe: () => boolean;
  calls: CallLink;
  logger: Logger;
  metrics: HostMetrics;
  traces: JobTraces;
}

/**
 * Answers LiveKit's job requests at once: it drops a request that takes 3 s. What it accepts it tells the call,
 * again every 2 s until the job is ready: an acceptance that nobody renews is a host that died.
 */
export function acceptJobs({
  hostId,
  jobs,
  canServe,
  calls,
  logger,
  metrics,
  traces,
}: Deps): (request: JobRequest) => Promise<void> {
  return async (request) => {
    const metadata = readMetadata(request.job.metadata);
    const room = request.room?.name ?? '';
    logger.info('received job request', {
      jobId: request.id,
      room,
      callId: metadata?.callId,
      attempt: metadata?.attempt,
    });
    const { callId = '', attempt = 0 } = metadata ?? {};
    const job = metadata && canServe() && jobs.reserve({ callId, attempt, jobId: request.id, room });
    metrics.countRequest(job ? 'accepted' : metadata ? 'full' : 'foreign');
    if (!job) {
      const full = canServe() ? `full (${jobs.max} jobs) or at this attempt already` : 'no job process can load';
      const why = metadata ? full : 'metadata is not ours';
      logger.warn(`rejected job request: ${why}`, { jobId: request.id, room, callId, attempt });
      return request.reject();
    }
    traces.accepted(job, metadata.traceparent);
    job.wanted = calls.wants(callId, attempt); // meanwhile
    await request.accept('', agentIdentity(attempt));
    void renew(job);
  };

  /** Its process, once there is one, is told that it is not wanted; the place is free for another call before. */
  function giveUp(job: HostedJob): void {
    if (job.stage !== 'accepted') return;
    jobs.release(job.jobId);
    traces.ended(job, 'not wanted any more');
  }

  async function renew(job: HostedJob): Promise<void> {
    const { callId, attempt, jobId } = job;
    while (jobs.get(jobId) === job && job.stage !== 'ready') {
      void calls
        .accepted(callId, { attempt, jobId, hostId, queued: jobs.queuedBefore(job) })
        .then((open) => open || giveUp(job));
      await new Promise((resolve) => setTimeout(resolve, RENEW_EVERY_MS));
    }
  }
}

function readMetadata(text: string): DispatchMetadata | undefined {
  try {
    const { callId, attempt, traceparent } = JSON.parse(text) as Partial<DispatchMetadata>;
    if (typeof callId !== 'string' || !Number.isInteger(attempt)) return undefined;
    return { callId, attempt: attempt as number, ...(traceparent && { traceparent }) };
  } catch {
    return undefined;
  }
}
