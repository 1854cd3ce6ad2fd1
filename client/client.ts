import { EventSource } from 'eventsource';
import createClient, { type Client } from 'openapi-fetch';
import { GatewayError, refused, unanswered } from './error.js';
import { followCall, type Follower } from './follow.js';
import { newKey } from './new-key.js';
import type { paths } from './openapi.js';
import { pause } from './pause.js';
import type { CallList, CallView, FlowSummary, ListQuery, StartCall, StartedCall } from './types.js';

export interface ClientOptions {
  /** The gateway's address, as in http://127.0.0.1:8080. */
  url: string;
  /** Asked for each request, so that it may change. Undefined: the gateway asks for none. */
  apiKey?: () => string | undefined;
}

export interface StartOptions {
  /** Idempotency-Key: the same key and call give the same call. Default: one made for this request. */
  key?: string;
  /** When to answer: at once, or when the agent is ready. Default none. */
  wait?: 'none' | 'ready' | 'started';
  /** Too many calls or requests: wait as long as the gateway says and try again, or throw. Default wait. */
  atLimit?: 'wait' | 'throw';
  signal?: AbortSignal;
}

/** A request is sent so often, with the same key: whether the call has started or not, the key settles it. */
const START_TRIES = 4;

/** The gateway's API. Every method throws a GatewayError when the answer is not the hoped-for one. */
export class GatewayClient {
  /** Every endpoint, typed. Its answers are `{data, error, response}`: `answer` makes errors of the bad ones. */
  readonly http: Client<paths>;
  readonly url: string;

  constructor(private readonly options: ClientOptions) {
    this.url = options.url.replace(/\/+$/, '');
    this.http = createClient<paths>({
      baseUrl: this.url,
      fetch: (request: Request) => fetch(request, { headers: this.withKey(request.headers) }),
    });
  }

  async start(call: StartCall, options: StartOptions = {}): Promise<StartedCall> {
    const { key = newKey(), wait = 'none', atLimit = 'wait', signal } = options;
    const params = { query: wait === 'none' ? {} : { wait }, header: { 'idempotency-key': key } };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.answer(this.http.POST('/v1/calls', { params, body: call, signal }));
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        error.key = key;
        const again = atLimit === 'wait' ? error.passing : error.unsettled;
        if (!again || attempt === START_TRIES) throw error;
        await pause(error.retryAfterMs, signal);
      }
    }
  }

  view(callId: string, signal?: AbortSignal): Promise<CallView> {
    return this.answer(this.http.GET('/v1/calls/{callId}', { params: { path: { callId } }, signal }));
  }

  list(query: ListQuery = {}, signal?: AbortSignal): Promise<CallList> {
    return this.answer(this.http.GET('/v1/calls', { params: { query }, signal }));
  }

  /** A call that has ended already is as good as hung up. */
  async hangup(callId: string, signal?: AbortSignal): Promise<void> {
    const request = this.http.POST('/v1/calls/{callId}/hangup', { params: { path: { callId } }, body: {}, signal });
    await this.answer(request).catch((error: unknown) => {
      if (!(error instanceof GatewayError) || error.status !== 409) throw error;
    });
  }

  async flows(): Promise<FlowSummary[]> {
    return (await this.answer(this.http.GET('/v1/flows'))).flows;
  }

  /** The call as it happens, until it has ended; then all of it. Reconnects and misses nothing. */
  follow(callId: string, follower: Follower, signal?: AbortSignal): Promise<CallView> {
    return followCall(this, callId, follower, signal);
  }

  /** Server-sent events. A browser's own EventSource cannot send a key. */
  events(callId: string): EventSource {
    return new EventSource(`${this.url}/v1/calls/${encodeURIComponent(callId)}/events`, {
      fetch: (url, init) => fetch(url, { ...init, headers: this.withKey(new Headers(init.headers)) }),
    });
  }

  /** What was asked for, or a GatewayError; an abort stays one. */
  async answer<T>(request: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
    const answer = await request.catch((error: unknown) => {
      if (isAbort(error)) throw error;
      throw unanswered(this.url, error);
    });
    if (!answer.response.ok) throw refused(answer.response, answer.error);
    return answer.data as T;
  }

  private withKey(headers: Headers): Headers {
    const key = this.options.apiKey?.();
    if (key) headers.set('authorization', `Bearer ${key}`);
    return headers;
  }
}

const isAbort = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
