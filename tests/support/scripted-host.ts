import { heartbeat } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import type { NativeConnection } from '@temporalio/worker';
import { AGENT_FAILURES, agentTaskQueue } from '../../contract/index.js';
import type { AgentActivities, AgentAddress } from '../../contract/index.js';
import { failure } from './scripted-agent.js';
import type { ScriptedAgent } from './scripted-agent.js';
import { gate } from './scripted-gate.js';

const BEAT_MS = 50;

/** An agent host: a Temporal worker on its own task queue, with the jobs that scripts put on it. */
export class ScriptedHost {
  private readonly jobs = new Map<string, ScriptedAgent>();
  private readonly cut = gate();
  private readonly released = gate();
  private crashed = false;
  private worker: Worker | undefined;
  private running: Promise<void> | undefined;

  constructor(readonly id: string) {}

  async start(connection: NativeConnection): Promise<this> {
    this.worker = await Worker.create({
      connection,
      identity: 'agent-host',
      taskQueue: agentTaskQueue(this.id),
      activities: { ...this.activities() },
      // Every heartbeat is sent: tests use timeouts of a few of them.
      maxHeartbeatThrottleInterval: BEAT_MS,
    });
    this.running = this.worker.run();
    return this;
  }

  take(job: ScriptedAgent): void {
    this.jobs.set(job.jobId, job);
  }

  /** As after SIGKILL: no answer, no heartbeat, and nobody takes what is asked next. */
  crash(): void {
    this.crashed = true;
    this.cut.open();
    this.worker?.shutdown();
  }

  async stop(): Promise<void> {
    this.released.open();
    if (!this.crashed) this.worker?.shutdown();
    await this.running;
  }

  private activities(): AgentActivities {
    return {
      startFlow: (command) =>
        this.onJob(command, async (job) => {
          const said = await job.startFlow(command);
          const session = { session: job.jobId, streaming: false, hasGreeting: !!command.greeting };
          return { ...session, ...(said && { said }) };
        }),
      say: (command) => this.onJob(command, (job) => job.say(command)),
      dismiss: async () => undefined,
    };
  }

  private async onJob<T>({ jobId }: AgentAddress, work: (job: ScriptedAgent) => Promise<T>): Promise<T> {
    const job = this.jobs.get(jobId);
    if (!job) throw failure(AGENT_FAILURES.lost, `host ${this.id} has no job ${jobId}`);
    const beats = setInterval(() => {
      if (!this.crashed && !job.silent) heartbeat();
    }, BEAT_MS);
    try {
      const never = this.cut.passed.then(() => this.released.passed).then(() => Promise.reject(new Error('host gone')));
      const ended = this.released.passed.then(() => Promise.reject(new Error('the test is over')));
      return await Promise.race([this.unlessCut(work(job)), never, ended]);
    } finally {
      clearInterval(beats);
    }
  }

  /** An answer that comes after the crash is never sent. */
  private async unlessCut<T>(work: Promise<T>): Promise<T> {
    const result = await work.catch((error: unknown) => {
      if (this.crashed) return this.released.passed as never;
      throw error;
    });
    if (this.crashed) await this.released.passed;
    return result;
  }
}
