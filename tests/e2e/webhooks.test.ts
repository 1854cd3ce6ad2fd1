import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Delivery } from '../../contract/index.js';
import { newKey, SCOPES } from '../../gateway/auth/key.js';
import { startStack, type Stack } from '../support/stack.js';
import { startReceiver, WEBHOOK_SECRET, type Receiver } from '../support/webhook-receiver.js';
import { Callers, PATIENT, stagesOf, until } from './harness.js';

/** The whole stack, two organisations, one of which wants to know. */
const folder = mkdtempSync(join(tmpdir(), 'durable-calls-e2e-webhooks-'));
const acme = newKey('acme', [...SCOPES]);
const beta = newKey('beta', [...SCOPES]);
let stack: Stack;
let receiver: Receiver;
let callers: Callers;
let others: Callers;

beforeAll(async () => {
  receiver = await startReceiver();
  const file = (name: string, content: object) => {
    writeFileSync(join(folder, name), JSON.stringify(content));
    return join(folder, name);
  };
  stack = await startStack({
    env: {
      GATEWAY_KEYS_FILE: file('keys.json', { keys: [acme.key, beta.key] }),
      WEBHOOKS_FILE: file('webhooks.json', { acme: [{ url: receiver.url, secret: WEBHOOK_SECRET }] }),
      HTTP_ALLOW_HOSTS: receiver.host,
      WEBHOOK_RETRY_MS: '300',
    },
  });
  callers = new Callers(stack.urls.gateway, stack.env, acme.token);
  others = new Callers(stack.urls.gateway, stack.env, beta.token);
});
afterEach(() => Promise.all([callers.leaveAll(), others.leaveAll()]));
afterAll(async () => {
  await stack.stop();
  await receiver.stop();
  await Callers.dispose();
  rmSync(folder, { recursive: true });
});

const deliveries = async (callId: string, token = acme.token) => {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${stack.urls.gateway}/v1/calls/${callId}/deliveries`, { headers });
  const { deliveries: log = [] } = (await answer.json()) as { deliveries?: (Delivery & { url?: string })[] };
  return { status: answer.status, log };
};

it('every event arrives once taken, in order, although the endpoint fails and the call worker is killed', async () => {
  receiver.answer = () => 503;
  const call = await callers.call({ flowId: 'greeting', policy: PATIENT, metadata: { order: '4711' } });
  const ended = await call.ended();
  await until('the endpoint to be asked again', () => receiver.received.length > 2 || undefined);
  const waiting = await until('failed attempts to be in the log', async () => {
    const { log } = await deliveries(call.callId);
    return log[0]?.error ? log : undefined;
  });
  expect(waiting[0]).toMatchObject({ status: 'waiting', httpStatus: 503, error: 'the endpoint answered 503' });
  expect(waiting[0]!.url).toBe(`http://${receiver.host}/hooks`);
  await stack.worker.kill('SIGKILL');
  receiver.answer = () => 200;
  await stack.worker.start();

  const log = await until('every event to be taken', async () => {
    const { log: all } = await deliveries(call.callId);
    return all.at(-1)?.type === 'call.ended' && all.every(({ status }) => status === 'delivered') ? all : undefined;
  });
  const taken = [...new Map(receiver.taken().map((event) => [event.id, event])).values()];
  expect(taken.map(({ id }) => id)).toEqual(log.map(({ event }) => event));
  const stages = taken.filter(({ type }) => type === 'call.stage').map(({ data }) => data.stage);
  expect([...stages, 'ended']).toEqual(stagesOf(ended));
  expect(taken.at(-1)).toMatchObject({
    type: 'call.ended',
    data: { callId: call.callId, org: 'acme', reason: 'completed', metadata: { order: '4711' } },
  });
  expect(receiver.forged).toBe(0);
  expect((await deliveries(call.callId, beta.token)).status).toBe(404);
});

it('an organisation without endpoints tells nobody', async () => {
  receiver.received.length = 0;
  const { callId } = await others.create({ flowId: 'greeting' }, randomUUID());
  await fetch(`${stack.urls.gateway}/v1/calls/${callId}/hangup`, {
    method: 'POST',
    headers: { authorization: `Bearer ${beta.token}` },
  });
  await others.ended(callId);
  expect(await deliveries(callId, beta.token)).toEqual({ status: 200, log: [] });
  expect(receiver.received).toEqual([]);
});
