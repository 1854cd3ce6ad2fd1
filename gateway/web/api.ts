import type { CallView, Flow, RemoteFlow } from '../../contract/index.js';
import type { CallList, StartCallBody, StartedCall } from '../schemas/requests.js';
import { askForKey, authorization } from './api-key.js';

export interface FlowSummary {
  id: string;
  vars: NonNullable<Flow['vars']>;
}

/** The message is for people. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(message);
  }
}

/** After a 503 the call may have started; the key settles it. So many tries. */
const START_TRIES = 3;

export const api = {
  flows: async (): Promise<FlowSummary[]> => (await json<{ flows: FlowSummary[] }>('/v1/flows')).flows,

  flow: async (flowId: string): Promise<Flow | RemoteFlow> =>
    (await json<{ flow: Flow | RemoteFlow }>(`/v1/flows/${encodeURIComponent(flowId)}`)).flow,

  view: (callId: string): Promise<CallView> => json(`/v1/calls/${callId}`),

  list: (query: Record<string, string> = {}): Promise<CallList> => json(`/v1/calls?${new URLSearchParams(query)}`),

  async start(body: StartCallBody): Promise<StartedCall> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': newKey() };
    for (let tries = 1; ; tries++) {
      try {
        return await json('/v1/calls', { method: 'POST', headers, body: JSON.stringify(body) });
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 503 || tries === START_TRIES) throw error;
      }
    }
  },

  /** A call that has ended already is as good as hung up. */
  async hangup(callId: string): Promise<void> {
    await json(`/v1/calls/${callId}/hangup`, { method: 'POST' }).catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
    });
  },
};

/** `crypto.randomUUID` is missing where the page is neither on localhost nor on https. */
const newKey = (): string => Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join('-');

async function json<T>(path: string, init?: RequestInit): Promise<T> {
  const headers = { ...init?.headers, ...authorization() };
  const response = await fetch(path, { ...init, headers }).catch(() => {
    throw new ApiError('The gateway does not answer. Is it running? (npm start)');
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as T;
  if (response.status === 401) askForKey();
  const { title, detail } = (answer ?? {}) as { title?: string; detail?: string };
  throw new ApiError([title, detail].filter(Boolean).join(': ') || `HTTP ${response.status}`, response.status);
}
