import { cancelled, heartbeat } from '@temporalio/activity';
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
  private readonly released = gate();
  private crashed = false;
  private stopping = false;
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

  /** Polls no more, as when Temporal cannot be reached; its jobs go on. */
  async leave(): Promise<void> {
    this.shutDown();
    await this.running;
    this.stopping = false;
    this.worker = undefined;
  }

  take(job: ScriptedAgent): void {
    this.jobs.set(job.jobId, job);
  }

  /** As after SIGKILL: no answer, no heartbeat, and nobody takes what is asked next. */
  crash(): void {
    this.crashed = true;
    this.shutDown();
  }

  /** SIGTERM, and its calls outlast the drain: what runs is cancelled by the worker itself. */
  shutDown(): void {
    if (!this.stopping) this.worker?.shutdown();
    this.stopping = true;
  }

  async stop(): Promise<void> {
    this.released.open();
    this.shutDown();
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
      ask: (command) => this.onJob(command, (job) => job.ask(command)),
      converse: (command) => this.onJob(command, (job) => job.converse(command)),
      dismiss: async () => undefined,
    };
  }

  private async onJob<T>({ jobId }: AgentAddress, work: (job: ScriptedAgent) => Promise<T>): Promise<T> {
    const job = this.jobs.get(jobId);
    if (!job) throw failure(AGENT_FAILURES.lost, `host ${this.id} has no job ${jobId}`);
    const beats = setInterval(() => {
      if (!this.crashed && !job.silent) heartbeat(job.chat);
    }, BEAT_MS);
    try {
      // As the real host does; what the job was doing goes on, for the call to join again.
      return await this.unlessCrashed(Promise.race([work(job), cancelled()]));
    } finally {
      clearInterval(beats);
    }
  }

  /** A crashed host answers nothing. */
  private unlessCrashed<T>(work: Promise<T>): Promise<T> {
    const over = this.released.passed.then<never>(() => Promise.reject(new Error('the test is over')));
    const answer = work.then(
      (value) => (this.crashed ? over : value),
      (error: unknown) => (this.crashed ? over : Promise.reject(error)),
    );
    return Promise.race([answer, over]);
  }
}
