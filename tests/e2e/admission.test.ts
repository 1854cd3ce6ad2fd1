import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import pMap from 'p-map';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import winston from 'winston';
import { admissionWorkflowId, callWorkflowId, type CallView } from '../../contract/index.js';
import { buildGateway } from '../../gateway/app.js';
import { AgentPlaces } from '../../gateway/calls/agent-places.js';
import { createCalls } from '../../gateway/calls/index.js';
import { createOwnAgents } from '../../gateway/own-agents/index.js';
import { Places } from '../../gateway/calls/places.js';
import type { StartCall } from '../../gateway/calls/port.js';
import { loadFlows } from '../../gateway/flows.js';
import type { Problem } from '../../gateway/problems.js';
import type { StartedCall } from '../../gateway/schemas/requests.js';
import { loadEnv } from '../../platform/env.js';
import { connectTemporal } from '../../platform/temporal.js';
import { startStack, type Stack } from '../support/stack.js';
import { until } from './harness.js';

const LIMIT = 3;
/** Calls that stay: there is no agent, and they wait long for one. */
const STAYING = { flowId: 'greeting', policy: { acceptMs: 60_000, readyMs: 120_000, setupMs: 180_000 } };

let stack: Stack;
let other: FastifyInstance;
let gateways: string[];
let temporal: Awaited<ReturnType<typeof connectTemporal>>;

beforeAll(async () => {
  stack = await startStack({
    agents: 0,
    env: { GATEWAY_MAX_CALLS_PER_ORG: `${LIMIT}`, RECONCILE_EVERY_MS: '1000', START_BY_MS: '3000' },
  });
  const env = loadEnv(stack.env);
  temporal = await connectTemporal(env);
  const logger = winston.createLogger({ silent: true });
  const calls = createCalls(temporal.client, env);
  other = await buildGateway({
    env,
    calls,
    ownAgents: createOwnAgents(temporal.client),
    logger,
    flows: await loadFlows(env.flowsDir, env.http),
  });
  gateways = [stack.urls.gateway, await other.listen({ host: '127.0.0.1', port: 0 })];
});
afterAll(async () => {
  await other.close();
  await temporal.connection.close();
  await stack.stop();
});

const started: string[] = [];
async function start(body: object = STAYING, key: string = randomUUID(), gateway = stack.urls.gateway) {
  const answer = await fetch(`${gateway}/v1/calls`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  const json = (await answer.json()) as Omit<StartedCall, 'status'> & { type: string };
  if (answer.status === 201) started.push(json.callId);
  return { ...json, status: answer.status, retryAfter: answer.headers.get('retry-after') };
}
const hangup = (callId: string) => fetch(`${stack.urls.gateway}/v1/calls/${callId}/hangup`, { method: 'POST' });
const view = async (callId: string) =>
  (await (await fetch(`${stack.urls.gateway}/v1/calls/${callId}`)).json()) as CallView;
const ended = (callId: string) =>
  until(`${callId} to end`, async () => {
    const now = await view(callId);
    return now.status === 'ended' ? now : undefined;
  });
const startedSoon = (what: string) =>
  until(what, async () => {
    const answer = await start();
    return answer.status === 201 ? answer : undefined;
  });
const fill = () => Promise.all(Array.from({ length: LIMIT }, () => startedSoon('a place')));

afterEach(async () => {
  await Promise.all(started.map(hangup));
  await Promise.all(started.splice(0).map(ended));
});

describe('a limit of concurrent calls', () => {
  it('is exact in a surge at two gateways', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => start(STAYING, randomUUID(), gateways[n % 2])),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(LIMIT);
    for (const refused of answers.filter(({ status }) => status !== 201)) {
      expect(refused).toMatchObject({ status: 429, type: 'urn:durable-calls:problem:concurrency-limit' });
      expect(Number(refused.retryAfter)).toBeGreaterThan(0);
      expect((await fetch(`${stack.urls.gateway}/v1/calls/${refused.callId}`)).status).toBe(404);
    }
    const [first] = answers.filter(({ status }) => status === 201);
    await hangup(first!.callId);
    await ended(first!.callId);
    expect((await start()).status).toBe(201); // the place is free when the call has ended, not later
    expect((await start()).status).toBe(429);
  });

  it('is exact while calls come and go', async () => {
    let on = 0;
    let most = 0;
    let made = 0;
    await pMap(
      Array.from({ length: 60 }, (_, n) => n),
      async (n) => {
        const answer = await start(STAYING, randomUUID(), gateways[n % 2]);
        if (answer.status !== 201) {
          expect(answer.status).toBe(429);
          return sleep(100); // else all tries are over before a place is given back
        }
        most = Math.max(most, ++on);
        made += 1;
        await sleep((n % 7) * 20);
        on -= 1;
        await hangup(answer.callId);
        await ended(answer.callId);
      },
      { concurrency: 12 },
    );
    expect(most).toBeLessThanOrEqual(LIMIT);
    expect(made).toBeGreaterThan(LIMIT);
  });

  it('does not count a repeated request again, nor refuse it', async () => {
    const key = randomUUID();
    const first = await start(STAYING, key);
    const again = await Promise.all([start(STAYING, key), start(STAYING, key, gateways[1])]);
    expect(again.map(({ status, callId }) => [status, callId])).toEqual(Array(2).fill([201, first.callId]));
    expect((await start()).status).toBe(201);
    expect((await start()).status).toBe(201);
    expect((await start()).status).toBe(429);
    expect((await start(STAYING, key)).callId).toBe(first.callId);
    const refused = randomUUID();
    expect((await start(STAYING, refused)).status).toBe(429);
    await hangup(first.callId);
    await ended(first.callId);
    expect((await start(STAYING, refused)).status).toBe(201); // the key of a refused request is not used up
  });
});

describe('the queue', () => {
  it('is first come first served, and ends where the patience ends', async () => {
    const on = await fill();
    const first = await start({ ...STAYING, queueMs: 60_000 });
    const second = await start({ ...STAYING, queueMs: 60_000 });
    expect(first).toMatchObject({ status: 201, stage: 'admitted' });
    const hasty = await start({ ...STAYING, queueMs: 300 });
    const over = await ended(hasty.callId);
    expect(over.ended).toMatchObject({ reason: 'queue-timeout', stage: 'admitted' });
    expect(over.ended?.detail).toContain('300 ms');

    await hangup(on[0]!.callId);
    await until('the first to go on', async () => (await view(first.callId)).stage === 'dispatch');
    expect((await view(second.callId)).stage).toBe('admitted');
    await hangup(second.callId); // who leaves the queue holds nobody up
    expect((await ended(second.callId)).ended?.reason).toBe('operator-canceled');
    const third = await start({ ...STAYING, queueMs: 60_000 });
    await hangup(on[1]!.callId);
    await until('the third to go on', async () => (await view(third.callId)).stage === 'dispatch');
    expect((await start()).status).toBe(429);
  });
});

describe('no place is lost', () => {
  it('when a call is terminated, which gives nothing back', async () => {
    const [call] = await fill();
    await temporal.client.workflow.getHandle(callWorkflowId(call!.callId)).terminate();
    await startedSoon('the place of the terminated call');
  });

  it('when a gateway dies between taking a place and starting the call', async () => {
    for (let n = 0; n < LIMIT; n++) await temporal.client.workflow.getHandle(admissionWorkflowId('default')).executeUpdate('admit', {
      args: [{ limits: { org: { default: LIMIT } }, requests: [{ callId: `never-${n}`, org: 'default', startWithinMs: 3_000 }] }],
    }); // prettier-ignore
    expect((await start()).status).toBe(429);
    await startedSoon('the place of a call that was never started');
  });

  it('when the call worker is killed, and calls end meanwhile', async () => {
    const on = await fill();
    await stack.worker.kill('SIGKILL');
    await Promise.all(on.map(({ callId }) => temporal.client.workflow.getHandle(callWorkflowId(callId)).terminate()));
    const began = Date.now();
    expect((await start()).status).toBe(503); // nobody counts: said within seconds
    expect(Date.now() - began).toBeLessThan(20_000);
    await stack.worker.start();
    await fill();
    expect((await start()).status).toBe(429);
  });

  it('and none is given twice when the count itself is terminated', async () => {
    const on = await fill();
    await until('visibility to know the calls', async () => {
      const query = `WorkflowType = 'call' AND ExecutionStatus = 'Running' AND CallStage != 'admitted'`;
      return (await temporal.client.workflow.count(query)).count === LIMIT;
    });
    await temporal.client.workflow.getHandle(admissionWorkflowId('default')).terminate();
    expect((await start()).status).toBe(429);
    await hangup(on[0]!.callId);
    await startedSoon('a place after the new count');
    expect((await start()).status).toBe(429);
  });

  it('when the count goes on in a new run, since a run takes so many updates only', async () => {
    const handle = temporal.client.workflow.getHandle(admissionWorkflowId('busy'));
    const gatewaysOfOthers = Array.from({ length: 6 }, () => new Places(temporal.client, 1_000, new AgentPlaces([])));
    const input = { org: 'busy', startBy: Date.now() + 120_000 };
    const ask = (places: Places, callId: string) => {
      const call = { input: { ...input, callId }, limits: { org: LIMIT }, requestHash: '', keyed: false };
      return places.take(call as unknown as StartCall).then(
        () => 'place',
        (error: Problem) => error.problem,
      );
    };
    const answers: string[] = [];
    const firstRun = async () => (await handle.describe()).runId;
    await ask(gatewaysOfOthers[0]!, 'kept');
    const run = await firstRun();
    await Promise.all(
      gatewaysOfOthers.map(async (places, n) => {
        for (let k = 0; k < 180; k++) answers.push(await ask(places, `never-${n}-${k}`));
      }),
    );
    await until('a new run', async () => (await firstRun()) !== run);
    const count = (answer: string) => answers.filter((each) => each === answer).length;
    expect({ place: count('place'), refused: count('concurrency-limit') }).toEqual({
      place: LIMIT - 1,
      refused: 1_078,
    });
  });
});
