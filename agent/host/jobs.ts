import type { JobProcess } from './job-process.js';

export type JobStage = 'accepted' | 'loading' | 'connecting' | 'ready';

/** One accepted job. It holds a place of the host's capacity from its acceptance until it has ended. */
export interface HostedJob {
  callId: string;
  attempt: number;
  jobId: string;
  room: string;
  acceptedAt: number;
  /** Whether its call wanted it when it was accepted. */
  wanted?: Promise<boolean>;
  stage: JobStage;
  /** LiveKit has given it to us, and not only asked. */
  assigned?: boolean;
  /** A process was given it, and has it unless it ended. */
  launched?: boolean;
  process?: JobProcess;
  /** When it could speak. Milliseconds since the epoch. */
  readyAt?: number;
  /** Its caller has been spoken to. */
  heard?: boolean;
}

/** The jobs of this host, and its capacity. Reserving is synchronous, so a burst cannot slip past the limit. */
export class Jobs {
  private readonly byId = new Map<string, HostedJob>();

  constructor(readonly max: number) {}

  /** False when the host is full, or holds this attempt already (LiveKit may launch one dispatch twice). */
  reserve(job: Omit<HostedJob, 'acceptedAt' | 'stage'>): HostedJob | undefined {
    if (this.byId.size >= this.max || this.find(job.callId, job.attempt)) return undefined;
    const hosted: HostedJob = { ...job, acceptedAt: Date.now(), stage: 'accepted' };
    this.byId.set(job.jobId, hosted);
    return hosted;
  }

  assigned(jobId: string): void {
    const job = this.get(jobId);
    if (job) job.assigned = true;
  }

  release(jobId: string): void {
    this.byId.delete(jobId);
  }

  get = (jobId: string): HostedJob | undefined => this.byId.get(jobId);

  find(callId: string, attempt: number): HostedJob | undefined {
    return this.all.find((job) => job.callId === callId && job.attempt === attempt);
  }

  get all(): HostedJob[] {
    return [...this.byId.values()];
  }

  get free(): number {
    return this.max - this.byId.size;
  }

  /** Jobs accepted before this one that still wait for a process. */
  queuedBefore(job: HostedJob): number {
    return this.all.filter((other) => other.stage === 'accepted' && other.acceptedAt < job.acceptedAt).length;
  }
}
