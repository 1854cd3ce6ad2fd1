import type { RoomServiceClient } from 'livekit-server-sdk';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { AGENT_PROTOCOL, spokenOf } from '../../contract/index.js';
import type { Chat, RoomEvent } from '../../contract/index.js';
import type { Logger } from '../../platform/logger.js';
import * as relay from '../relay/protocol.js';
import type { CallLink } from './call-link.js';
import { giveUp } from './give-up.js';
import { JobProcess } from './job-process.js';
import { listedCaller } from './listed-caller.js';
import type { JobTraces } from './job-traces.js';
import type { HostedJob, Jobs } from './jobs.js';
import type { HostMetrics } from './metrics.js';
import { quietMoment } from './quiet.js';

interface Deps {
  hostId: string;
  jobs: Jobs;
  calls: CallLink;
  logger: Logger;
  metrics: HostMetrics;
  traces: JobTraces;
  rooms: Pick<RoomServiceClient, 'getParticipant'>;
  draining: () => boolean;
}

/** One load may fail by bad luck, and the next process serve the calls that wait sooner than another host would. */
const LOADS_IN_VAIN = 2;
/** Between the end of one process and the beginning of the next there is none. Milliseconds. */
const NONE_MS = 5_000;
/** What a call wanted when its job was accepted holds for so long. Milliseconds. */
const FRESH_MS = 500;

/** Where job processes report: loaded and waiting, given a job, ready, failed, gone. */
export class Reception {
  private readonly processes = new Set<JobProcess>();
  /** One after the other. */
  private loadsInVain = 0;
  /** Whether one ever was: a pool that a burst has emptied is being filled, and calls may come. */
  everLoaded = false;
  /** Since when there is none at all, loading or loaded. */
  private noneSince: number | undefined;

  constructor(private readonly deps: Deps) {}

  /** Loaded processes that wait for a job. */
  get warm(): number {
    return [...this.processes].filter(({ pid, job }) => pid !== undefined && !job).length;
  }

  /** False: none is loaded, and the last ones that tried could not, or none even begins. */
  canServe = (): boolean => this.warm > 0 || (this.loadsInVain < LOADS_IN_VAIN && !this.noneBegins);

  private get noneBegins(): boolean {
    return this.noneSince !== undefined && Date.now() - this.noneSince > NONE_MS;
  }

  welcome = (connection: MessageConnection): void => {
    const { logger } = this.deps;
    const process = new JobProcess(connection, () => {
      this.everLoaded = true;
      this.loadsInVain = 0;
    });
    this.processes.add(process);
    this.noneSince = undefined;
    connection.onRequest(relay.mayLoad, () => quietMoment(this.deps.jobs, () => this.warm));
    connection.onNotification(relay.cannotLoad, ({ error }) => {
      process.cannotLoad = true;
      this.notLoaded(error);
    });
    connection.onRequest(relay.listedCaller, (asked) => listedCaller(this.deps.rooms, asked));
    connection.onRequest(relay.assigned, (assigned) => this.assign(process, assigned));
    connection.onNotification(relay.ready, (message) => this.deal(process, this.ready(process, message)));
    connection.onNotification(relay.audible, () => this.heard(process));
    connection.onNotification(relay.failed, ({ error }) => this.deal(process, this.failed(process, error)));
    connection.onNotification(relay.left, (message) => this.left(process, message.reason, message.byFramework));
    connection.onNotification(relay.room, (event) => this.deal(process, this.room(process, event)));
    connection.onNotification(relay.chat, (chat) => this.deal(process, this.talked(process, chat)));
    connection.onNotification(relay.log, ({ level, message, fields }) => {
      const { callId, attempt, jobId } = process.job ?? {};
      logger.log(level, message, { callId, attempt, jobId, pid: process.pid, ...fields });
    });
    process.gone.catch((error: Error) => this.ended(process, error.message));
    connection.listen();
  };

  /** What goes wrong with one job's news must not end the host, and with it every call that it holds. */
  private deal(process: JobProcess, work: Promise<void>): void {
    work.catch((error: unknown) =>
      this.deps.logger.error('What a job reported was not dealt with', { ...process.job, error }),
    );
  }

  /** Another host can serve the calls that wait for a process; without one it is the providers that need a look. */
  private notLoaded(error: string): void {
    const { jobs, logger } = this.deps;
    this.loadsInVain += 1;
    logger.error(
      'A job process cannot load: without a warm one no call is taken until one can. Check the providers (TTS, STT, LLM)',
      { cause: error, warm: this.warm },
    );
    if (this.canServe()) return;
    for (const job of jobs.all.filter(({ stage }) => stage === 'accepted'))
      giveUp(this.deps, job, `no job process can load: ${error}`);
  }

  private async assign(process: JobProcess, assigned: relay.Assigned): Promise<boolean> {
    const { jobs, calls, logger } = this.deps;
    process.job = assigned;
    const job = jobs.get(assigned.jobId);
    if (!job) {
      process.mustEnd();
      return false;
    }
    job.process = process;
    job.stage = 'loading';
    this.deps.traces.assigned(job);
    const fresh = Date.now() - job.acceptedAt < FRESH_MS ? job.wanted : undefined;
    const wanted = await (fresh ?? calls.wants(assigned.callId, assigned.attempt));
    if (wanted) {
      job.stage = 'connecting';
    } else {
      logger.info('attempt is not wanted any more, the job leaves', { ...assigned });
      process.mustEnd();
    }
    return wanted;
  }

  private async ready(process: JobProcess, { identity, timings, caller }: relay.Ready): Promise<void> {
    const { hostId, jobs, calls, logger, metrics } = this.deps;
    const job = this.jobOf(process);
    if (!job || !jobs.get(job.jobId)) return;
    job.stage = 'ready';
    job.readyAt = Date.now();
    const { callId, attempt, jobId, acceptedAt } = job;
    metrics.observeReady(Date.now() - acceptedAt);
    this.deps.traces.ready(job, timings);
    logger.info('agent ready', { callId, attempt, jobId, room: job.room, ms: Date.now() - acceptedAt, ...timings });
    const message = { attempt, jobId, hostId, identity, protocol: AGENT_PROTOCOL, timings };
    this.dismissUnless(await calls.ready(callId, { ...message, ...(caller && { caller }) }), process);
  }

  private heard(process: JobProcess): void {
    const job = this.jobOf(process);
    if (job) job.heard = true;
  }

  private async room(process: JobProcess, event: RoomEvent): Promise<void> {
    if (process.job) this.dismissUnless(await this.deps.calls.room(process.job.callId, event), process);
  }

  /** A call that ended while its agent joined has deleted its room before: the agent is in one that nobody looks after. */
  private dismissUnless(open: boolean, process: JobProcess): void {
    if (open) return;
    this.deps.logger.info('the call is over, the job leaves', { ...process.job });
    process.dismiss('the call is over');
  }

  private async failed(process: JobProcess, error: string): Promise<void> {
    const { calls, logger } = this.deps;
    const job = this.jobOf(process);
    if (!job) return;
    const { callId, attempt, jobId } = job;
    process.mustEnd();
    logger.error('job failed', { callId, attempt, jobId, cause: error });
    await calls.failed(callId, { attempt, jobId, error, ...chatOf(process) });
  }

  /** At the end of a drain the framework ends the jobs of calls that go on: those need another agent, and know nothing yet. */
  private left(process: JobProcess, reason: string, byFramework: boolean): void {
    const { calls, draining, metrics } = this.deps;
    const job = this.release(process, reason);
    if (!job) return;
    metrics.countEnded('left');
    if (!draining() || !byFramework || process.isLeaving) return;
    const { callId, attempt, jobId } = job;
    void calls.failed(callId, { attempt, jobId, error: 'its host stops', ...chatOf(process) });
  }

  /** The call learns of words once the agent has answered them: each message to it is history. */
  private async talked(process: JobProcess, chat: Chat): Promise<void> {
    const known = process.chat?.nodeRunId === chat.nodeRunId ? process.told : -1;
    process.chat = chat;
    const job = this.jobOf(process);
    const said = spokenOf(chat, known);
    const last = said.at(-1);
    if (!job || last?.who !== 'agent') return;
    process.told = last.n;
    const { callId, attempt, jobId } = job;
    await this.deps.calls.talked(callId, { attempt, jobId, nodeRunId: chat.nodeRunId, said });
  }

  private ended(process: JobProcess, why: string): void {
    this.processes.delete(process);
    if (this.processes.size === 0) this.noneSince = Date.now();
    if (process.pid === undefined && !process.cannotLoad && !this.deps.draining())
      this.notLoaded('it ended before it was loaded');
    const job = this.release(process, why);
    if (!job) return;
    this.deps.metrics.countEnded('gone');
    // The call's activities fail with the socket; this is for a job that died between two of them.
    const { callId, attempt, jobId } = job;
    void this.deps.calls.failed(callId, { attempt, jobId, error: why, ...chatOf(process) });
  }

  private release(process: JobProcess, why: string): HostedJob | undefined {
    const job = this.jobOf(process);
    if (!job) return undefined;
    this.deps.jobs.release(job.jobId);
    this.deps.traces.ended(job, why);
    this.deps.logger.info('job ended', { callId: job.callId, attempt: job.attempt, jobId: job.jobId, cause: why });
    return job;
  }

  private jobOf = (process: JobProcess): HostedJob | undefined => process.job && this.deps.jobs.get(process.job.jobId);
}

const chatOf = ({ chat }: JobProcess) => (chat ? { chat } : {});
