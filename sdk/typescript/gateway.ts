import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnJob, OwnMessage } from '../../contract/own-agent.js';

/** The attempt is not wanted any more: the agent leaves. */
export class NotWanted extends Error {
  override name = 'NotWanted';
}

/** Messages are repeated for so long when the gateway does not answer. Milliseconds. */
const PATIENCE_MS = 30_000;
/** The gateway holds `ready` for 10 s; everything else it answers in a few. Milliseconds. */
const ANSWER_MS = 15_000;
const PAUSE_MS = { first: 200, longest: 2_000 };

/** The line from a job to its call. Answers bring a fresh token before the old one expires. */
export class Gateway {
  private token: string;

  constructor(private readonly job: OwnJob) {
    this.token = job.token;
  }

  /** Sends until it is answered. @throws NotWanted, or Error when the gateway cannot be reached or refuses it */
  async send<T extends object>(
    message: OwnMessage,
    body: object,
    patienceMs = PATIENCE_MS,
  ): Promise<{ status: number; answer: T }> {
    const until = Date.now() + patienceMs;
    for (let pauseMs = PAUSE_MS.first; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MS.longest)) {
      const response = await this.post(message, body).catch((error: unknown) => error as Error);
      if (!(response instanceof Error) && response.status < 500 && response.status !== 429) {
        const { status, text } = response;
        const answer = JSON.parse(text) as T & { token?: string; detail?: string };
        if (status === 409 || status === 401) throw new NotWanted(answer.detail ?? 'not wanted');
        if (status > 299) throw new Error(`${message} was answered ${status}: ${answer.detail}`);
        this.token = answer.token ?? this.token;
        return { status, answer };
      }
      const problem = response instanceof Error ? response.message : `answered ${response.status}`;
      if (Date.now() + pauseMs > until) throw new Error(`${message} not told to ${this.job.url}: ${problem}`);
      await sleep(pauseMs);
    }
  }

  /** With the whole answer: it may break off, too. */
  private async post(message: OwnMessage, body: object): Promise<{ status: number; text: string }> {
    const response = await fetch(`${this.job.url}/v1/agent/${message}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { status: response.status, text: await response.text() };
  }
}
