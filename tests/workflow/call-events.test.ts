import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import winston from 'winston';
import { createCallEventActivities } from '../../activities/call-events/index.js';
import { webhookEndpoints } from '../../calls/webhook-endpoints.js';
import { CALL_EVENTS, callEventsStart, callWorkflowId, DELIVERIES } from '../../contract/index.js';
import type { CallEventsInput, Delivery, DeliveryPolicy, Flow } from '../../contract/index.js';
import type { Endpoints } from '../../platform/webhook-endpoints.js';
import type { ScriptedCall } from '../support/scripted-call.js';
import { namesOfActivities, namesOfSignals } from '../support/scripted-history.js';
import { useWorld } from '../support/scripted-world.js';
import { startReceiver, WEBHOOK_SECRET, type Receiver } from '../support/webhook-receiver.js';

/** The product's workflow and activities, real calls of the call workflow, real HTTP. */
const world = useWorld();
const logger = winston.createLogger({ silent: true });
const policy: DeliveryPolicy = { timeoutMs: 5_000, retryMs: 50, giveUpMs: 600_000 };
const folder = mkdtempSync(join(tmpdir(), 'durable-calls-webhooks-'));
const file = join(folder, 'webhooks.json');

let receiver: Receiver;
let other: Receiver;
let endpoints: Endpoints;
let events: { stop(): Promise<void> };
let connection: NativeConnection;

async function startEventsWorker(given: Partial<DeliveryPolicy> = {}): Promise<typeof events> {
  const activities = createCallEventActivities({
    ...{ client: world.client, endpoints, policy: { ...policy, ...given } },
    allowHosts: [receiver.host, other.host],
  });
  const worker = await Worker.create({
    ...{ connection, taskQueue: 'call-events', activities: { ...activities }, identity: 'events-worker' },
  });
  const run = worker.run();
  return {
    stop: async () => {
      worker.shutdown();
      await run;
    },
  };
}

beforeAll(async () => {
  connection = await NativeConnection.connect({ address: inject('temporalAddress') });
  [receiver, other] = await Promise.all([startReceiver(), startReceiver()]);
  const to = (url: string, more = {}) => ({ url, secret: WEBHOOK_SECRET, ...more });
  writeFileSync(
    file,
    JSON.stringify({
      test: [to(receiver.url)],
      two: [to(receiver.url), to(other.url, { events: ['call.ended'] })],
    }),
  );
  const env = { file, timeoutMs: 0, retryMs: 0, giveUpMs: 0 };
  endpoints = webhookEndpoints({ webhooks: env, http: { allowHosts: [receiver.host, other.host] } }, logger)!;
  events = await startEventsWorker();
});
afterEach(() => {
  for (const each of [receiver, other]) {
    each.answer = () => 204;
    each.received.length = 0;
  }
});
afterAll(async () => {
  await events.stop();
  endpoints.close();
  await connection.close();
  await Promise.all([receiver.stop(), other.stop()]);
  rmSync(folder, { recursive: true });
});

const follow = (call: ScriptedCall, more: Partial<CallEventsInput> = {}) => {
  const input = { callId: call.id, org: 'test', expectBy: Date.now() + 60_000, ...more };
  return world.client.workflow.start(CALL_EVENTS, { ...callEventsStart(input), taskQueue: world.taskQueue });
};
const log = (handle: Awaited<ReturnType<typeof follow>>) => handle.result() as Promise<Delivery[]>;
const STAGES = ['admitted', 'room', 'dispatch', 'agent-ready', 'caller', 'flow', 'cleanup'];

const EMITTING: Flow = {
  ...{ schema: 'callflow/v1', id: 'emitting', start: 'tell', vars: { name: { type: 'string', default: 'there' } } },
  nodes: {
    tell: { type: 'emit', event: 'booked', data: { who: '{{name}}' }, next: 'greet' },
    greet: { type: 'say', text: 'Hello {{name}}!', next: 'bye' },
    bye: { type: 'hangup', outcome: 'done' },
  },
};

/** Emits so often, with nothing in between that takes time. */
const bursting = (text: string, count: number): Flow => ({
  ...{ schema: 'callflow/v1', id: 'bursting', start: 'count' },
  vars: { n: { type: 'number', default: 0 } },
  nodes: {
    count: { type: 'set', compute: { n: 'n + 1' }, next: 'tell' },
    tell: { type: 'emit', event: 'counted', data: { n: '{{n}}', text }, next: 'again' },
    again: { type: 'branch', cases: [{ when: `n < ${count}`, goto: 'count' }], else: 'bye' },
    bye: { type: 'hangup', outcome: 'done' },
  },
});

describe('the events of a call', () => {
  it('arrive in order, signed, with what the flow emits, and cost the call no history event', async () => {
    const plain = await world.call({ flow: EMITTING });
    await plain.result();
    const call = world.prepare({ flow: EMITTING, input: { metadata: { order: '4711' } } });
    const handle = await follow(call); // before there is a call
    world.fixture('call-events', { handle });
    await call.start();
    await call.result();
    const deliveries = await log(handle);

    expect(receiver.forged).toBe(0);
    const told = receiver.received;
    expect(told.filter(({ type }) => type === 'call.stage').map(({ data }) => data.stage)).toEqual(STAGES);
    const booked = told.findIndex(({ type }) => type === 'call.event');
    expect(told[booked]?.data).toMatchObject({ event: 'booked', node: 'tell', data: { who: 'Ada' } });
    expect(told.at(-1)).toMatchObject({
      type: 'call.ended',
      data: {
        callId: call.id,
        org: 'test',
        flowId: 'emitting',
        direction: 'web',
        reason: 'completed',
        outcome: 'done',
      },
    });
    for (const { data, timestamp } of told) {
      expect(data).toMatchObject({ metadata: { order: '4711' } });
      expect(new Date(timestamp).toISOString()).toBe(timestamp);
    }
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
    expect(deliveries.map(({ event }) => event)).toEqual(told.map(({ id }) => id));
    expect(deliveries.every(({ status, attempts, httpStatus }) => status === 'delivered' && attempts === 1 && httpStatus === 204)).toBe(true); // prettier-ignore
    const what = async (of: ScriptedCall) => [await namesOfActivities(of), new Set(await namesOfSignals(of))];
    expect(await what(call)).toEqual(await what(plain));
    expect(JSON.stringify(await handle.fetchHistory())).not.toContain(receiver.host);
  });

  it.each([
    ['hundreds in one moment', 'x', 300, 0],
    ['more than can be kept, and then how many are missed', 'x'.repeat(2_000), 300, 200],
  ])('are all that a flow emits: %s', { timeout: 240_000 }, async (_what, text, count, atLeastMissed) => {
    const call = world.prepare({ flow: bursting(text, count), input: { variables: { n: 0 } } });
    const handle = await follow(call);
    await call.start();
    await call.result();
    await log(handle);
    const told = receiver.taken().filter(({ type }) => type === 'call.event');
    const missed = told.reduce((sum, { data }) => sum + Number(data.missed ?? 0), 0);
    expect(told.length + missed).toBe(count);
    if (atLeastMissed === 0) expect(missed).toBe(0);
    else expect(missed).toBeGreaterThan(atLeastMissed);
    expect(String((told.at(-1)?.data.data as { n: unknown }).n)).toBe(String(count)); // the last is there
  });

  it('wait for an endpoint that fails, and then arrive in order, none lost', async () => {
    const call = world.prepare();
    let failures = 4;
    receiver.answer = ({ type }) => (type === 'call.stage' && failures-- > 0 ? [500, 302, 404, 0][failures]! : 200);
    const handle = await follow(call);
    await call.start();
    await call.result();
    const deliveries = await log(handle);
    expect(
      receiver
        .taken()
        .slice(0, -1)
        .map(({ data }) => data.stage),
    ).toEqual(STAGES);
    expect(deliveries[0]).toMatchObject({ status: 'delivered', attempts: 5, httpStatus: 200 });
    expect(receiver.received.slice(0, 5).map(({ id }) => id)).toEqual(Array(5).fill(`${call.id}.s0`));
  });

  it('survive that their worker is gone: nothing is lost, and the log says what is tried', async () => {
    const call = world.prepare();
    receiver.answer = () => 503;
    const handle = await follow(call);
    await call.start();
    await call.result();
    await call.eventually(() => expect(receiver.received.length).toBeGreaterThan(2));
    expect(await handle.query<Delivery[]>(DELIVERIES)).toContainEqual(expect.objectContaining({ status: 'waiting' }));
    await events.stop();
    receiver.answer = () => 200;
    events = await startEventsWorker();
    await log(handle);
    expect(receiver.taken().map(({ type }) => type)).toEqual([...STAGES.map(() => 'call.stage'), 'call.ended']);
  });

  it('go to each endpoint for itself: one that hangs or is gone holds up nobody', async () => {
    const call = world.prepare({ input: { org: 'two' } });
    receiver.answer = () => 0;
    const handle = await follow(call, { org: 'two' });
    await call.start();
    await call.result();
    await call.eventually(() => expect(other.taken().map(({ type }) => type)).toEqual(['call.ended']));
    expect(receiver.taken()).toEqual([]);
    receiver.received.length = 0;
    receiver.answer = () => 410;
    const deliveries = await log(handle);
    world.fixture('call-events-gone', { handle });
    expect(receiver.received.filter(({ status }) => status === 410)).toHaveLength(1);
    expect(deliveries.filter(({ status }) => status === 'gone')).toHaveLength(STAGES.length + 1);
  });

  it('are given up in time, each after an attempt, and the log says why', async () => {
    await events.stop();
    events = await startEventsWorker({ giveUpMs: 1 });
    receiver.answer = ({ type }) => (type === 'call.ended' ? 200 : 500);
    const call = world.prepare();
    const handle = await follow(call);
    await call.start();
    await call.result();
    const deliveries = await log(handle);
    world.fixture('call-events-given-up', { handle });
    const [first] = deliveries;
    expect(first).toMatchObject({ status: 'given-up', httpStatus: 500, error: 'the endpoint answered 500' });
    expect(first!.attempts).toBeGreaterThan(0);
    expect(deliveries.at(-1)).toMatchObject({ type: 'call.ended', status: 'delivered' });
    await events.stop();
    events = await startEventsWorker();
  });

  it('end with the call that was terminated, and wait anew for one that came later than it was waited for', async () => {
    const call = world.prepare({ caller: false });
    const handle = await follow(call);
    await call.start();
    await call.at('caller');
    await world.client.workflow.getHandle(callWorkflowId(call.id)).terminate('by hand');
    await log(handle);
    expect(receiver.taken().at(-1)).toMatchObject({ type: 'call.ended', data: { reason: 'reaped', by: 'operator' } });
    receiver.received.length = 0;
    const never = world.prepare({});
    await expect(log(await follow(never, { expectBy: Date.now() }))).rejects.toThrow();
    expect(receiver.received).toEqual([]);

    const late = await follow(never); // the request is repeated
    await never.start();
    await log(late);
    expect(receiver.taken().at(-1)).toMatchObject({ type: 'call.ended', data: { reason: 'completed' } });
    await expect(follow(never)).rejects.toThrow(WorkflowExecutionAlreadyStartedError);
  });

  it('do not go to another organisation', async () => {
    const call = await world.call();
    const wrong = await follow(call, { org: 'two' });
    await call.result();
    await expect(log(wrong)).rejects.toThrow();
    expect(receiver.received).toEqual([]);
  });
});
