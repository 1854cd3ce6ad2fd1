import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnJob, OwnMessage } from '../../contract/own-agent.js';

/** The attempt is not wanted any more: the agent leaves. */
export class NotWanted extends Error {
  override name = 'NotWanted';
}

/** Nobody answered, for as long as was waited. */
export class NotTold extends Error {
  override name = 'NotTold';
}

export interface Patience {
  /** A message is repeated for so long when the gateway does not answer. Milliseconds. */
  patienceMs?: number;
  /** Each time is given up after so long: what hangs must not hold up the next. Milliseconds. */
  answerMs?: number;
}

const PATIENCE_MS = 30_000;
/** The gateway holds `ready` for 10 s. */
const ANSWER_MS = 15_000;
const PAUSE_MS = { first: 200, longest: 2_000 };

/** The line from a job to its call. Answers bring a fresh token before the old one expires. */
export class Gateway {
  private token: string;

  constructor(private readonly job: OwnJob) {
    this.token = job.token;
  }

  /** Sends until it is answered, in JSON. @throws NotWanted; NotTold; or Error when it is refused, or is no JSON itself */
  async send<T extends object>(
    message: OwnMessage,
    body: object,
    { patienceMs = PATIENCE_MS, answerMs = ANSWER_MS }: Patience = {},
  ): Promise<{ status: number; answer: T }> {
    const json = JSON.stringify(body);
    const until = Date.now() + patienceMs;
    for (let pauseMs = PAUSE_MS.first; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MS.longest)) {
      const limitMs = Math.max(1, Math.min(answerMs, until - Date.now()));
      const response = await this.post<T>(message, json, limitMs).catch((error: unknown) => error as Error);
      if (!(response instanceof Error) && response.status < 500 && response.status !== 429) {
        const { status, answer } = response;
        if (status === 409 || status === 401) throw new NotWanted(answer.detail ?? 'not wanted');
        if (status > 299) throw new Error(`${message} was answered ${status}: ${reason(answer)}`);
        this.token = answer.token ?? this.token;
        return { status, answer };
      }
      const problem = response instanceof Error ? response.message : `answered ${response.status}`;
      if (Date.now() + pauseMs > until) throw new NotTold(`${message} not told to ${this.job.url}: ${problem}`);
      await sleep(pauseMs);
    }
  }

  /** With the whole answer: it may break off, or be a proxy's page. */
  private async post<T>(message: OwnMessage, body: string, limitMs: number): Promise<Answered<T>> {
    const response = await fetch(`${this.job.url}/v1/agent/${message}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(limitMs),
    });
    return { status: response.status, answer: JSON.parse(await response.text()) as Answered<T>['answer'] };
  }
}

interface Answered<T> {
  status: number;
  answer: T & Refusal & { token?: string };
}

interface Refusal {
  detail?: string;
  errors?: { pointer: string; detail: string }[];
}

const reason = ({ detail, errors = [] }: Refusal): string =>
  [detail, ...errors.map((each) => `${each.pointer} ${each.detail}`)].join(' ');
