import { GatewayApi } from '../../scripts/call/api.js';
import type { Known, Order } from './protocol.js';

/** The way into a call of one contender, and what it tells of the call. */
export interface Contact {
  url: string;
  token: string;
  callId?: string;
  look(): Promise<Known>;
  end(): Promise<void>;
}

const REQUEST_MS = 15_000;

/** Asks for a call. `requestedAt`, in milliseconds since the epoch, is what steps count from. */
export const ask = (order: Order, requestedAt: number): Promise<Contact> =>
  order.contender === 'ours' ? askGateway(order, requestedAt) : askBackend(order, requestedAt);

async function askGateway({ url, flowId, id }: Order, requestedAt: number): Promise<Contact> {
  const api = new GatewayApi(url);
  const signal = () => AbortSignal.timeout(REQUEST_MS);
  const { callId, livekit } = await api.start({ flowId }, { key: id, signal: signal() });
  const view = () => api.view(callId, signal());
  if (!livekit) throw new Error((await view()).ended?.detail ?? `call ${callId} has no room to join`);
  return {
    ...livekit,
    callId,
    async look() {
      const { timeline, ended, attempts } = await view();
      const steps = timeline.map(({ stage, at }) => ({ name: stage, ms: at - requestedAt }));
      const story = attempts.map(({ outcome }) => outcome).join(', ');
      return { steps, why: `${ended?.reason ?? 'call goes on'}; agents: ${story}` };
    },
    end: () => api.hangup(callId),
  };
}

async function askBackend({ url, contender, lost }: Order, requestedAt: number): Promise<Contact> {
  const request = async <T>(path: string, init?: RequestInit) => {
    const answer = await fetch(url + path, { ...init, signal: AbortSignal.timeout(REQUEST_MS) });
    if (!answer.ok) throw new Error(`the backend answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const { room, ...livekit } = await request<{ room: string; url: string; token: string }>('/calls', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ contender, lost }),
  });
  return {
    ...livekit,
    async look() {
      const { steps, error } = await request<{ steps: { name: string; at: number }[]; error?: string }>(
        `/calls/${room}`,
      );
      return { steps: steps.map(({ name, at }) => ({ name, ms: at - requestedAt })), ...(error && { why: error }) };
    },
    async end() {
      await request(`/calls/${room}`, { method: 'DELETE' });
    },
  };
}
