import { ApplicationFailure } from '@temporalio/activity';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AgentActivities, Said } from '../../contract/index.js';
import type { JobStage, Jobs } from './jobs.js';

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const STAGES: readonly JobStage[] = ['accepted', 'loading', 'connecting', 'ready'];

/** What an agent host tells Prometheus, on its health port. */
export class HostMetrics {
  private readonly registry = new Registry();
  private readonly registers = [this.registry];

  private readonly requests = new Counter({
    name: 'durable_calls_agent_requests_total',
    help: "LiveKit's job requests by this host's answer: accepted, full, or foreign for those that are not of calls",
    labelNames: ['answer'] as const,
    registers: this.registers,
  });
  private readonly takesJobs = new Gauge({
    name: 'durable_calls_agent_takes_jobs',
    help: '1 while this host takes jobs: what /readyz says. Its free places are none for anybody while it does not',
    registers: this.registers,
  });
  private readonly readySeconds = new Histogram({
    name: 'durable_calls_agent_ready_seconds',
    help: 'From an accepted job request to a job that can speak',
    buckets: SECONDS,
    registers: this.registers,
  });
  private readonly jobsEnded = new Counter({
    name: 'durable_calls_agent_jobs_ended_total',
    help: 'Jobs that are over: left as they should, or gone without a word',
    labelNames: ['how'] as const,
    registers: this.registers,
  });
  private readonly activitySeconds = new Histogram({
    name: 'durable_calls_agent_activity_seconds',
    help: 'What calls asked of their agents, by how it came out: ok, canceled, or the type of the failure',
    labelNames: ['activity', 'outcome'] as const,
    buckets: SECONDS,
    registers: this.registers,
  });
  private readonly firstAudioSeconds = new Histogram({
    name: 'durable_calls_agent_first_audio_seconds',
    help: 'From a command to say something to the first audio of it',
    buckets: SECONDS,
    registers: this.registers,
  });

  constructor(jobs: Jobs, warm: () => number, draining: () => boolean) {
    const { registers } = this;
    collectDefaultMetrics({ register: this.registry });
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    gauge('durable_calls_agent_capacity', 'Jobs that this host takes at a time', () => jobs.max);
    gauge('durable_calls_agent_free', 'Places that are free', () => jobs.free);
    gauge('durable_calls_agent_warm_processes', 'Loaded processes that wait for a job', warm);
    gauge('durable_calls_agent_draining', '1 while this host takes no jobs and waits for its calls to end', () =>
      Number(draining()),
    );
    new Gauge({
      name: 'durable_calls_agent_jobs',
      help: 'Jobs that this host has, by stage',
      labelNames: ['stage'] as const,
      registers,
      collect() {
        for (const stage of STAGES) this.set({ stage }, jobs.all.filter((job) => job.stage === stage).length);
      },
    });
  }

  countRequest = (answer: 'accepted' | 'full' | 'foreign'): void => this.requests.inc({ answer });

  setTakesJobs = (ready: boolean): void => this.takesJobs.set(Number(ready));

  observeReady = (ms: number): void => this.readySeconds.observe(ms / 1_000);

  countEnded = (how: 'left' | 'gone'): void => this.jobsEnded.inc({ how });

  /** The same activities, measured. */
  measured(activities: AgentActivities): AgentActivities {
    const measure =
      <C, R>(activity: string, run: (command: C) => Promise<R>) =>
      async (command: C): Promise<R> => {
        const end = this.activitySeconds.startTimer({ activity });
        try {
          const result = await run(command);
          end({ outcome: 'ok' });
          const said = saidIn(result);
          if (said && said.firstAudioMs > 0) this.firstAudioSeconds.observe(said.firstAudioMs / 1_000);
          return result;
        } catch (error) {
          end({ outcome: error instanceof ApplicationFailure ? (error.type ?? 'failed') : 'canceled' });
          throw error;
        }
      };
    return Object.fromEntries(
      Object.entries(activities).map(([name, run]) => [
        name,
        measure(name, run as (command: unknown) => Promise<unknown>),
      ]),
    ) as unknown as AgentActivities;
  }

  text = (): Promise<string> => this.registry.metrics();

  get contentType(): string {
    return this.registry.contentType;
  }
}

/** `say` answers with it, `startFlow` has it inside. */
function saidIn(result: unknown): Said | undefined {
  const { said = result } = (result ?? {}) as { said?: unknown };
  return typeof (said as Partial<Said> | undefined)?.firstAudioMs === 'number' ? (said as Said) : undefined;
}
