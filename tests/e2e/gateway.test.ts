import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CallView } from '../../contract/index.js';
import type { CallList, StartedCall } from '../../gateway/schemas/requests.js';
import { startStack, type Stack } from '../support/stack.js';
import { Callers, until } from './harness.js';

/** No answer takes longer, whatever is down. Milliseconds; the machine is slow at times. */
const SECONDS_MS = 20_000;

const start = (url: string, body: object, { key = randomUUID(), wait = 'none' } = {}) =>
  fetch(`${url}/v1/calls?wait=${wait}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
const hangup = (url: string, callId: string) => fetch(`${url}/v1/calls/${callId}/hangup`, { method: 'POST' });
const read = async <T>(url: string) => (await (await fetch(url)).json()) as T;
const eventsOf = (text: string) =>
  [...text.matchAll(/^id: (.+)\nevent: (.+)$/gm)].map(([, id, name]) => ({ id, name }));

describe('the gateway, before a running system', () => {
  const url = inject('gatewayUrl');
  const callers = new Callers(url, inject('stackEnv'));
  afterEach(() => callers.leaveAll());
  afterAll(() => Callers.dispose());

  it('?wait=ready answers when the agent is ready', async () => {
    const answer = await start(url, { flowId: 'greeting', policy: { readyMs: 60_000 } }, { wait: 'ready' });
    expect(answer.status).toBe(201);
    const { callId, stage, status } = (await answer.json()) as StartedCall;
    expect({ stage, status }).toEqual({ stage: 'caller', status: 'active' });
    const view = await callers.view(callId);
    expect(view.attempts.at(-1)).toMatchObject({ outcome: 'ready' });
    expect((await hangup(url, callId)).status).toBe(202);
    expect((await callers.ended(callId)).ended).toMatchObject({ reason: 'operator-canceled', by: 'api' });
    const again = await hangup(url, callId);
    expect(again.status).toBe(409);
    expect(((await again.json()) as { type: string }).type).toBe('urn:durable-calls:problem:call-ended');
    expect((await hangup(url, 'unknown')).status).toBe(404);
  });

  it('streams a call as it happens, and what was missed after a reconnect', async () => {
    const { callId } = await callers.call({ flowId: 'greeting', policy: { readyMs: 60_000 } });
    const events = eventsOf(await (await fetch(`${url}/v1/calls/${callId}/events`)).text());
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(events.filter(({ name }) => name === 'said')).toHaveLength(2);
    expect(events.at(-1)?.name).toBe('ended');
    // The result of the ended call tells the same story under the same ids.
    const after = (id: string) => fetch(`${url}/v1/calls/${callId}/events`, { headers: { 'last-event-id': id } });
    expect(eventsOf(await (await after(events[3]!.id!)).text())).toEqual(events.slice(4));
    expect((await after(events.at(-1)!.id!)).status).toBe(204);
  });

  it('lists calls by filters, page by page', async () => {
    const ids = await Promise.all(
      [1, 2, 3].map(async () => {
        const { callId } = await callers.create({ flowId: 'greeting', policy: { readyMs: 60_000 } });
        await hangup(url, callId);
        await callers.ended(callId);
        return callId;
      }),
    );
    const list = `${url}/v1/calls?endedReason=operator-canceled&status=ended&flowId=greeting&direction=web&stage=ended`;
    const found: string[] = [];
    await until('every call to be listed', async () => {
      found.length = 0;
      for (let cursor: string | undefined, page = 0; page === 0 || (cursor && page < 50); page++) {
        const answer: CallList = await read(`${list}&limit=2${cursor ? `&cursor=${cursor}` : ''}`);
        found.push(...answer.calls.map(({ callId }) => callId));
        cursor = answer.nextCursor;
      }
      return ids.every((id) => found.includes(id));
    });
    expect(new Set(found).size).toBe(found.length);
    expect(await read(`${url}/v1/calls?flowId=nope`)).toEqual({ calls: [] });
    expect((await fetch(`${list}&cursor=bm8.no`)).status).toBe(422);
  });
});

describe('the metrics', () => {
  it('count the calls that ended, and how long their stages took', async () => {
    const url = inject('gatewayUrl');
    const callers = new Callers(url, inject('stackEnv'));
    const { callId } = await callers.create({ flowId: 'greeting' });
    await hangup(url, callId);
    await callers.ended(callId);
    await until('the call to be counted', async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return text.includes('ended_total{reason="operator-canceled"') && text.includes('stage="room"');
    });
  });
});

describe('the gateway, while parts are down', () => {
  let stack: Stack;
  let url: string;
  beforeAll(async () => {
    stack = await startStack({ agents: 0, worker: false });
    url = stack.urls.gateway;
  });
  afterAll(() => stack.stop());
  const view = (callId: string) => read<CallView>(`${url}/v1/calls/${callId}`);

  it('starts, shows and hangs up calls while no worker runs', async () => {
    const began = Date.now();
    const answer = await start(url, { flowId: 'greeting' });
    expect(answer.status).toBe(201);
    const { callId } = (await answer.json()) as StartedCall;
    const waiting = await start(url, { flowId: 'greeting', policy: { setupMs: 1_000 } }, { wait: 'ready' });
    expect(waiting.status).toBe(202);
    expect(await view(callId)).toMatchObject({
      partial: true,
      status: 'active',
      stage: 'admitted',
      flowId: 'greeting',
    });
    expect((await hangup(url, callId)).status).toBe(202);
    expect(Date.now() - began).toBeLessThan(2 * SECONDS_MS);

    await stack.worker.start();
    const ended = await until('the call to end', async () => {
      const now = await view(callId);
      return now.status === 'ended' ? now : undefined;
    });
    expect(ended.ended).toMatchObject({ reason: 'operator-canceled', by: 'api' });
    expect(ended.partial).toBeUndefined();
  });

  it('answers 503 while Temporal is silent; the same key settles it afterwards', async () => {
    const key = randomUUID();
    stack.temporal!.pause();
    try {
      for (const wait of ['none', 'ready']) {
        const began = Date.now();
        const answer = await start(url, { flowId: 'greeting' }, { key, wait });
        expect(answer.status).toBe(503);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(Date.now() - began).toBeLessThan(SECONDS_MS);
      }
      expect((await fetch(`${url}/readyz`)).status).toBe(503);
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
    } finally {
      stack.temporal!.resume();
    }
    const settled = await until('the key to be settled', async () => {
      const answer = await start(url, { flowId: 'greeting' }, { key });
      return answer.status === 201 ? ((await answer.json()) as StartedCall) : undefined;
    });
    const { calls } = await read<CallList>(`${url}/v1/calls?limit=100`);
    expect(calls.filter(({ callId }) => callId === settled.callId)).toHaveLength(1);
    expect((await start(url, { flowId: 'greeting', test: true }, { key })).status).toBe(422);
    await hangup(url, settled.callId);
  });

  it('knows every call of before after a restart', async () => {
    const { calls } = await read<CallList>(`${url}/v1/calls?limit=100`);
    await stack.gateway.kill('SIGKILL');
    await stack.gateway.start();
    const again = await read<CallList>(`${url}/v1/calls?limit=100`);
    expect(again.calls.map(({ callId }) => callId).sort()).toEqual(calls.map(({ callId }) => callId).sort());
  });
});
