import { hostname } from 'node:os';
import type { JobContext } from '@livekit/agents';
import type { Json, Variables } from '../../contract/flow.js';
import type { OwnAliveAnswer, OwnJob, StartCommand } from '../../contract/own-agent.js';
import { Gateway, NotTold, NotWanted, type Patience } from './gateway.js';

/** What an agent knows of its call, and tells it. */
export interface DurableCall {
  readonly callId: string;
  readonly attempt: number;
  /** Say it when everything is loaded. Resolves when the caller is there: then speak. */
  ready(): Promise<StartCommand>;
  /**
   * What the next agent should know if this one is lost: its `ready()` brings it as `state`. JSON, at most 32 KB.
   *
   * @throws when it is refused, or cannot be written as JSON
   */
  checkpoint(state: Json): Promise<void>;
  /**
   * The conversation is over: the call ends as completed, and is cleaned up. `outcome`: 1 to 128 characters.
   *
   * @throws as `checkpoint`: then the call goes on
   */
  done(result?: { outcome?: string; variables?: Variables }): Promise<void>;
}

/** An acceptance that nobody renews is a job that died. Milliseconds. */
const RENEW_MS = 2_000;
/** A life sign that hangs is given up, and the next one sent, by when that is due. */
const RENEWAL = { answerMs: RENEW_MS };
/** A job that ends has little time left to say so. */
const FAREWELL = { patienceMs: 2_000 };

/**
 * Makes the entry of an ordinary agent one of durable calls: `defineAgent({ entry: durableAgent(async (ctx, call) => …) })`.
 * Errors of the entry, and the end of the job before `call.done()`, are told to the call, which goes on with the next
 * agent; a job that is not wanted any more is shut down.
 */
export function durableAgent<T>(
  entry: (ctx: JobContext<T>, call: DurableCall) => Promise<void>,
): (ctx: JobContext<T>) => Promise<void> {
  return async (ctx) => {
    const call = new Call(ctx);
    ctx.addShutdownCallback(() => call.failed('the job ended before it said that it is done'));
    call.accepted();
    try {
      await entry(ctx, call);
    } catch (error) {
      if (error instanceof NotWanted) return; // `call` has ended the job
      await call.failed(error instanceof Error ? error.message : String(error));
      ctx.shutdown('the entry failed');
      throw error;
    }
  };
}

class Call<T> implements DurableCall {
  readonly callId: string;
  readonly attempt: number;
  private readonly gateway: Gateway;
  private readonly jobId: string;
  private timer: NodeJS.Timeout | undefined;
  private over = false;
  /** `done` on its way. */
  private ending: Promise<void> | undefined;
  private aliveEveryMs = RENEW_MS;
  /** One message after the other: an older state must not overtake a newer one. */
  private sent: Promise<unknown> = Promise.resolve();

  constructor(private readonly ctx: JobContext<T>) {
    const job = readJob(ctx.job.metadata);
    this.callId = job.callId;
    this.attempt = job.attempt;
    this.jobId = ctx.job.id;
    this.gateway = new Gateway(job);
  }

  accepted(): void {
    const renew = () => this.tell('accepted', this.hello(), RENEWAL);
    this.every(RENEW_MS, renew);
    void renew().catch(this.warn);
  }

  async ready(): Promise<StartCommand> {
    for (;;) {
      const { status, answer } = await this.unlessOver(() => this.gateway.send<StartCommand>('ready', this.hello()));
      if (status !== 200) continue;
      this.aliveEveryMs = answer.aliveEveryMs;
      this.every(answer.aliveEveryMs, () => this.alive({}));
      return answer;
    }
  }

  checkpoint(state: Json): Promise<void> {
    return this.alive({ state });
  }

  async done(result: { outcome?: string; variables?: Variables } = {}): Promise<void> {
    if (this.over) return;
    await (this.ending ??= this.end(result).finally(() => (this.ending = undefined)));
  }

  /** It is alive until the call knows. */
  private async end(result: object): Promise<void> {
    await this.tell('done', { jobId: this.jobId, ...result });
    this.finish();
  }

  async failed(error: string): Promise<void> {
    await this.ending?.catch(() => undefined);
    if (this.over) return;
    this.finish();
    const message = { jobId: this.jobId, error: error.slice(0, 1_000) || 'unknown' };
    await this.tell('failed', message, FAREWELL).catch(this.warn);
  }

  private alive(more: { state?: Json }): Promise<void> {
    const send = async () => {
      if (this.over) return;
      const patience = { answerMs: Math.max(RENEW_MS, this.aliveEveryMs) };
      const { answer } = await this.gateway.send<OwnAliveAnswer>('alive', { jobId: this.jobId, ...more }, patience);
      if (answer.go === 'leave') this.leave('told to leave');
    };
    const sent = this.sent.then(() => this.unlessOver(send)).catch(ignoreNotWanted);
    this.sent = sent.catch(() => undefined);
    return sent;
  }

  /** What cannot be told is made up for by the call's own timeouts. @throws when it is refused */
  private async tell(message: 'accepted' | 'done' | 'failed', body: object, patience?: Patience): Promise<void> {
    const send = () => this.gateway.send(message, body, patience);
    await this.unlessOver(send).catch((error: Error) => {
      if (error instanceof NotTold) this.warn(error);
      else ignoreNotWanted(error);
    });
  }

  private readonly warn = (error: Error): void => console.warn(`durable call ${this.callId}: ${error.message}`);

  private async unlessOver<R>(send: () => Promise<R>): Promise<R> {
    try {
      return await send();
    } catch (error) {
      if (error instanceof NotWanted) this.leave(error.message);
      throw error;
    }
  }

  private leave(why: string): void {
    if (this.over) return;
    this.finish();
    this.ctx.room.disconnect().catch(this.warn); // the framework would let the entry speak on for 15 s
    this.ctx.shutdown(why);
  }

  private finish(): void {
    this.over = true;
    clearInterval(this.timer);
  }

  private every(ms: number, beat: () => Promise<void>): void {
    clearInterval(this.timer);
    if (this.over) return;
    let beating = false;
    this.timer = setInterval(() => {
      if (beating) return;
      beating = true;
      void beat()
        .catch(this.warn)
        .finally(() => (beating = false));
    }, ms);
  }

  private hello() {
    const identity = this.ctx.info.acceptArguments.identity || `agent-${this.jobId}`;
    return {
      jobId: this.jobId,
      identity,
      host: `${hostname()
        .replace(/[^\w.-]/g, '-')
        .slice(0, 80)}-${process.pid}`,
    };
  }
}

function ignoreNotWanted(error: unknown): void {
  if (!(error instanceof NotWanted)) throw error;
}

function readJob(metadata: string): OwnJob {
  try {
    const { callId, attempt, url, token } = JSON.parse(metadata) as Partial<OwnJob>;
    if (callId && attempt && url && token) return { callId, attempt, url, token };
  } catch {
    // said below
  }
  throw new Error('The job is not of a durable call: its metadata hold no callId, attempt, url and token.');
}
