import { childOf, parseTraceparent } from '../../platform/trace-context.js';
import type { TraceContext } from '../../platform/trace-context.js';
import type { Tracing } from '../../platform/tracing.js';
import type { HostedJob } from './jobs.js';

interface Traced {
  context: TraceContext;
  parentId: string;
  assignedAt?: number;
}

/**
 * The spans of jobs, told by their host: a job process then knows nothing of tracing, and pays nothing for it. The
 * dispatch's metadata name the span that a job is below.
 */
export class JobTraces {
  private readonly traced = new Map<string, Traced>();

  constructor(
    private readonly tracing: Tracing | undefined,
    private readonly hostId: string,
  ) {}

  accepted({ jobId }: HostedJob, traceparent: string | undefined): void {
    const parent = this.tracing && parseTraceparent(traceparent);
    if (parent) this.traced.set(jobId, { context: childOf(parent), parentId: parent.spanId });
  }

  /** A process has it. */
  assigned({ jobId, acceptedAt }: HostedJob): void {
    const job = this.traced.get(jobId);
    if (!job) return;
    job.assignedAt = Date.now();
    this.part(job, 'wait for a process', acceptedAt, job.assignedAt);
  }

  /** `timings`: milliseconds since the process had it. */
  ready({ jobId }: HostedJob, timings: { connected: number; ready: number }): void {
    const job = this.traced.get(jobId);
    if (job?.assignedAt === undefined) return;
    this.part(job, 'connect to the room', job.assignedAt, job.assignedAt + timings.connected);
    this.part(job, 'get ready', job.assignedAt + timings.connected, job.assignedAt + timings.ready);
  }

  ended({ jobId, callId, attempt, acceptedAt, stage }: HostedJob, why: string): void {
    const job = this.traced.get(jobId);
    if (!job) return;
    this.traced.delete(jobId);
    this.tracing?.record({
      name: 'agent job',
      ...job,
      startMs: acceptedAt,
      endMs: Date.now(),
      attributes: {
        'call.id': callId,
        'call.attempt': attempt,
        'agent.host': this.hostId,
        'agent.job': jobId,
        ended: why,
      },
      ...(stage !== 'ready' && { error: why }),
    });
  }

  private part({ context }: Traced, name: string, startMs: number, endMs: number): void {
    this.tracing?.record({ name, context: childOf(context), parentId: context.spanId, startMs, endMs });
  }
}
