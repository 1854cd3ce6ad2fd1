import { AgentDispatchClient } from 'livekit-server-sdk';
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import type { CallPolicy, OwnJob } from '../../contract/index.js';
import { mintAgentToken } from '../../platform/agent-token.js';
import { loadEnv } from '../../platform/env.js';
import { Callers, type LiveCall, PATIENT, until } from '../e2e/harness.js';

/** The contract as any language speaks it: this test is the agent, with nothing but HTTP. */

const env = inject('stackEnv');
const callers = new Callers(inject('gatewayUrl'), env);
const dispatches = new AgentDispatchClient(
  `http://127.0.0.1:${env.LIVEKIT_PORT}`,
  env.LIVEKIT_API_KEY,
  env.LIVEKIT_API_SECRET,
);
afterEach(() => callers.leaveAll());
afterAll(() => Callers.dispose());

const callFor = (policy: Partial<CallPolicy> = {}) =>
  callers.call({ agent: { name: 'spoken-by-a-test' }, variables: { a: 1 }, policy: { ...PATIENT, ...policy } });

/** The metadata that LiveKit has for the job of an attempt. */
const jobOf = (call: LiveCall, attempt: number): Promise<OwnJob> =>
  until(`attempt ${attempt} to be dispatched`, async () => {
    const all = await dispatches.listDispatch(call.created.room);
    const jobs = all.flatMap(({ metadata }) => (metadata ? [JSON.parse(metadata) as OwnJob] : []));
    return jobs.find((job) => job.attempt === attempt);
  });

async function say({ url, token }: Pick<OwnJob, 'url' | 'token'>, message: string, body: object = {}) {
  const answer = await fetch(`${url}/v1/agent/${message}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const START = { flowId: 'spoken-by-a-test', variables: { a: 1 }, resumed: false, aliveEveryMs: 3_334 };
const OTHERS = [
  ['accepted', {}],
  ['ready', {}],
  ['failed', { error: 'x' }],
  ['done', {}],
] as const;

describe('the messages of an own agent', () => {
  it('in an odd order and twice each: one conversation, with its outcome; afterwards all is refused', async () => {
    const call = await callFor();
    const job = await jobOf(call, 1);
    expect(job.callId).toBe(call.callId);
    expect((await say(job, 'alive')).body).toEqual({ go: 'on' });
    const [first, second] = await Promise.all([say(job, 'ready'), say(job, 'ready')]);
    expect(first).toEqual({ status: 200, body: START });
    expect(second).toEqual(first);
    expect((await say(job, 'accepted')).status).toBe(200);
    expect(await say(job, 'ready')).toEqual(first);
    for (let twice = 0; twice < 2; twice++) expect((await say(job, 'alive')).body).toEqual({ go: 'on' });
    expect((await say(job, 'done', { outcome: 'sold', variables: { b: 2 } })).status).toBe(200);
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'sold' });
    expect(view.variables).toEqual({ a: 1, b: 2 });
    expect(view.attempts).toMatchObject([{ attempt: 1, outcome: 'ready' }]);
    for (const [message, body] of OTHERS) expect((await say(job, message, body)).status).toBe(409);
    expect((await say(job, 'alive')).body).toEqual({ go: 'leave' });
  });

  it('of an attempt that failed are refused; the next one gets its state', async () => {
    const call = await callFor();
    const first = await jobOf(call, 1);
    await say(first, 'ready');
    await say(first, 'alive', { state: { page: 1 } });
    await say(first, 'alive', { state: { page: 2 } });
    await say(first, 'alive'); // does not take the state back
    expect((await say(first, 'failed', { error: 'out of memory' })).status).toBe(200);
    const second = await jobOf(call, 2);
    for (const [message, body] of OTHERS) expect((await say(first, message, body)).status).toBe(409);
    expect((await say(first, 'alive', { state: 'late' })).body).toEqual({ go: 'leave' });
    const start = await say(second, 'ready');
    expect(start.body).toEqual({ ...START, resumed: true, state: { page: 2 } });
    await say(second, 'done');
    const view = await call.ended();
    expect(view.ended?.reason).toBe('completed');
    expect(view.attempts).toMatchObject([{ outcome: 'lost', error: 'out of memory' }, { outcome: 'ready' }]);
  });

  it('of a second job of the same attempt are refused', async () => {
    const call = await callFor();
    const job = await jobOf(call, 1);
    expect((await say(job, 'ready', { jobId: 'AJ_1' })).status).toBe(200);
    expect((await say(job, 'ready', { jobId: 'AJ_2' })).status).toBe(409);
    await say(job, 'done', { jobId: 'AJ_2', outcome: 'stolen' });
    await say(job, 'done', { jobId: 'AJ_1', outcome: 'right' });
    expect((await call.ended()).ended?.outcome).toBe('right');
  });

  it('speak for the call of their token only', async () => {
    const [call, other] = await Promise.all([callFor(), callFor()]);
    const [job, foreign] = await Promise.all([jobOf(call, 1), jobOf(other, 1)]);
    await say(job, 'ready');
    // What a thief of the other call's token can say of this one: nothing, whatever the body claims.
    await say(foreign, 'ready');
    await say(foreign, 'done', { callId: call.callId, outcome: 'stolen' });
    expect((await other.ended()).ended?.outcome).toBe('stolen');
    expect((await call.view()).ended).toBeNull();
    const strangers = loadEnv({ ...env, LIVEKIT_API_SECRET: 'somebody-elses-secret-of-32-characters' });
    const forged = await mintAgentToken(strangers, { callId: call.callId, attempt: 1 });
    const expired = await mintAgentToken(loadEnv(env), { callId: call.callId, attempt: 1 }, -1);
    const early = await mintAgentToken(loadEnv(env), { callId: call.callId, attempt: 2 });
    for (const token of [forged, expired]) expect((await say({ ...job, token }, 'done')).status).toBe(401);
    expect((await say({ ...job, token: early }, 'done')).status).toBe(409);
    await say(job, 'done', { outcome: 'right' });
    expect((await call.ended()).ended?.outcome).toBe('right');
  });

  it('stay away: the agent is suspected, then lost, and with none left the call ends agent-lost', async () => {
    const call = await callFor({ heartbeatMs: 3_000, recoveries: 0 });
    await say(await jobOf(call, 1), 'ready');
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'agent-lost', fault: 'platform' });
    expect(view.attempts[0]!.error).toMatch(/silent|no alive/);
  });
});
