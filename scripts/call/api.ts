import { setTimeout as sleep } from 'node:timers/promises';
import { EventSource } from 'eventsource';
import type { CallView } from '../../contract/index.js';
import type { StartCallBody, StartedCall } from '../../gateway/schemas/requests.js';

/** Problem details; `detail` names every field that does not fit. */
interface Problem {
  title?: string;
  detail?: string;
}

/** The gateway refused, or did not answer; the message is for people. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';

  constructor(
    message: string,
    /** HTTP status; undefined when no answer came. */
    readonly status?: number,
    readonly retryAfterMs = 1_000,
  ) {
    super(message);
  }

  /** The same request may do better in a moment. */
  get passing(): boolean {
    return this.status === undefined || this.status === 429 || this.status >= 500;
  }
}

/** A request is repeated so often, with the same key: whether the call has started or not, the key settles it. */
const CREATE_TRIES = 4;

/** The few requests that a caller needs. */
export class GatewayApi {
  private readonly authorization: Record<string, string>;

  /** Without `apiKey` the gateway must be one that asks for none. */
  constructor(
    readonly url: string,
    apiKey?: string,
  ) {
    this.authorization = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  }

  /** Fails early, and once for any number of calls, when the gateway is away or does not know the flow. */
  async requireFlow(flowId: string): Promise<void> {
    const response = await this.request(`/v1/flows/${encodeURIComponent(flowId)}`);
    if (response.ok) return;
    const problem = await refused(response);
    if (response.status !== 404) throw problem;
    const { flows } = await this.answer<{ flows: { id: string }[] }>('/v1/flows');
    throw new GatewayError(`${problem.message}\nKnown flows: ${flows.map(({ id }) => id).join(', ')}`, problem.status);
  }

  async create(call: StartCallBody, key: string, wait: string, signal: AbortSignal): Promise<StartedCall> {
    const init: RequestInit = {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(call),
      signal,
    };
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.answer<StartedCall>(`/v1/calls?wait=${wait}`, init);
      } catch (error) {
        if (!(error instanceof GatewayError) || !error.passing || attempt === CREATE_TRIES) throw error;
        await sleep(error.retryAfterMs, undefined, { signal });
      }
    }
  }

  view(callId: string, signal: AbortSignal): Promise<CallView> {
    return this.answer<CallView>(`/v1/calls/${encodeURIComponent(callId)}`, { signal });
  }

  /** A call that has ended already (409) is as good as hung up. */
  async hangup(callId: string): Promise<void> {
    const path = `/v1/calls/${encodeURIComponent(callId)}/hangup`;
    const response = await this.request(path, { method: 'POST', signal: AbortSignal.timeout(5_000) });
    if (!response.ok && response.status !== 409) throw await refused(response);
  }

  events(callId: string): EventSource {
    return new EventSource(`${this.url}/v1/calls/${encodeURIComponent(callId)}/events`, {
      fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, ...this.authorization } }),
    });
  }

  private async answer<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await this.request(path, init);
    if (!response.ok) throw await refused(response);
    return (await response.json()) as T;
  }

  private async request(path: string, init?: RequestInit): Promise<Response> {
    try {
      return await fetch(this.url + path, { ...init, headers: { ...init?.headers, ...this.authorization } });
    } catch (error) {
      if (init?.signal?.aborted) throw error;
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new GatewayError(`No gateway answers at ${this.url} (${cause}): start it with npm start.`);
    }
  }
}

async function refused(response: Response): Promise<GatewayError> {
  const { detail, title } = (await response.json().catch(() => ({}))) as Problem;
  const retryAfterMs = 1000 * (Number(response.headers.get('retry-after')) || 1);
  const advice = response.status === 401 ? ' Set GATEWAY_API_KEY (.env is read).' : '';
  return new GatewayError(
    `The gateway answered ${response.status}: ${detail ?? title ?? response.statusText}${advice}`,
    response.status,
    retryAfterMs,
  );
}
