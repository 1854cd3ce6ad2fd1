import { TokenVerifier } from 'livekit-server-sdk';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../../contract/index.js';
import { env, testGateway } from './fakes.js';

const start = (payload: object, { key, wait }: { key?: string; wait?: string } = {}) => ({
  method: 'POST' as const,
  url: `/v1/calls${wait ? `?wait=${wait}` : ''}`,
  payload,
  headers: key === undefined ? {} : { 'idempotency-key': key },
});

/** Where each complaint points. */
const pointers = (answer: { json(): { errors: { in: string; pointer: string }[] } }) =>
  answer.json().errors.map(({ in: part, pointer }) => `${part} ${pointer}`);

describe('POST /v1/calls', () => {
  it('starts a call with everything that it needs', async () => {
    const { app, calls } = await testGateway();
    const answer = await app.inject(
      start({ flowId: 'greeting', variables: { name: 'Ada' }, metadata: { ticket: '7' } }),
    );
    expect(answer.statusCode).toBe(201);
    const { callId, room, status, stage, livekit, links } = answer.json();
    expect({ room, status, stage }).toEqual({ room: `call-${callId}`, status: 'active', stage: 'dispatch' });
    expect(answer.headers.location).toBe(`/v1/calls/${callId}`);
    expect(links).toEqual({
      self: `/v1/calls/${callId}`,
      events: `/v1/calls/${callId}/events`,
      temporal: `http://127.0.0.1:8233/namespaces/default/workflows/call%2F${callId}`,
    });
    expect(livekit.url).toBe('ws://127.0.0.1:7880');
    const claims = await new TokenVerifier(env.livekit.apiKey, env.livekit.apiSecret).verify(livekit.token);
    expect(claims).toMatchObject({ sub: 'caller', video: { room, roomJoin: true } });

    const [{ input, keyed, waitReadyMs }] = calls.started as [(typeof calls.started)[0]];
    expect(input).toMatchObject({ callId, room, org: 'default', direction: 'web', metadata: { ticket: '7' } });
    expect(input.variables).toMatchObject({ name: 'Ada' });
    expect(input.policy).toEqual(DEFAULT_POLICY);
    expect(input.startBy).toBeGreaterThan(Date.now() + env.startByMs - 5_000);
    expect({ keyed, waitReadyMs }).toEqual({ keyed: false, waitReadyMs: undefined });
  });

  it('gives the same call id and request hash for the same key and body, whatever the order of fields', async () => {
    const { app, calls } = await testGateway();
    await app.inject(start({ flowId: 'greeting', variables: { name: 'Ada' } }, { key: 'k' }));
    await app.inject(start({ variables: { name: 'Ada' }, flowId: 'greeting' }, { key: 'k' }));
    await app.inject(start({ flowId: 'greeting' }, { key: 'k' }));
    await app.inject(start({ flowId: 'greeting' }, { key: 'other' }));
    await app.inject(start({ flowId: 'greeting' }));
    const ids = calls.started.map(({ input }) => input.callId);
    const hashes = calls.started.map(({ requestHash }) => requestHash);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
    expect(hashes[1]).toBe(hashes[0]);
    expect(hashes[2]).not.toBe(hashes[0]);
  });

  it('waits until the agent is ready, a little longer than the call itself would', async () => {
    const { app, calls } = await testGateway();
    expect((await app.inject(start({ flowId: 'greeting' }, { wait: 'ready' }))).statusCode).toBe(201);
    expect(calls.started[0]?.waitReadyMs).toBe(DEFAULT_POLICY.setupMs + 2_000);
    calls.timedOut = true;
    const late = await app.inject(start({ flowId: 'greeting' }, { wait: 'ready' }));
    expect(late.statusCode).toBe(202);
    expect(late.json().livekit.token).toBeTruthy();
  });

  it('takes policy overrides, and the longer wait of test calls', async () => {
    const { app, calls } = await testGateway();
    await app.inject(start({ flowId: 'greeting', policy: { acceptMs: 300, dispatchAttempts: 2 } }));
    await app.inject(start({ flowId: 'greeting', test: true }));
    await app.inject(start({ flowId: 'greeting', test: true, policy: { readyMs: 700 } }));
    const policies = calls.started.map(({ input }) => input.policy);
    expect(policies[0]).toEqual({ ...DEFAULT_POLICY, acceptMs: 300, dispatchAttempts: 2 });
    expect(policies[1]).toMatchObject({ readyMs: 15_000, setupMs: 20_000 });
    expect(policies[2]).toMatchObject({ readyMs: 700, setupMs: 5_700 });
  });
});

describe('what does not fit', () => {
  it.each([
    ['an unknown field', { flowId: 'greeting', color: 'red' }, ['body /color']],
    ['a missing flow', {}, ['body /flowId']],
    ['an unknown flow', { flowId: 'nope' }, ['body /flowId']],
    ['a body that is no object', [], ['body ']],
    [
      'several at once',
      { flowId: 7, policy: { readyMs: -1, foo: 1 } },
      ['body /flowId', 'body /policy/foo', 'body /policy/readyMs'],
    ],
    ['a fraction', { flowId: 'greeting', policy: { dispatchAttempts: 1.5 } }, ['body /policy/dispatchAttempts']],
    ['a limit beyond reason', { flowId: 'greeting', policy: { maxDurationMs: 1e12 } }, ['body /policy/maxDurationMs']],
    [
      'variables',
      { flowId: 'greeting', variables: { name: 1, 'a/b': 2 } },
      ['body /variables/a~1b', 'body /variables/name'],
    ],
    ['a phone number', { flowId: 'greeting', to: { phone: '+4930123456' } }, ['body /to']],
    ['metadata', { flowId: 'greeting', metadata: { a: 1 } }, ['body /metadata/a']],
  ])('names the field: %s', async (_name, body, expected) => {
    const { app, calls } = await testGateway();
    const answer = await app.inject(start(body));
    expect(answer.statusCode).toBe(422);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ type: 'urn:durable-calls:problem:rejected-invalid', status: 422 });
    expect(pointers(answer).sort()).toEqual(expected);
    expect(calls.started).toEqual([]);
  });

  it('names what is not in the body, too', async () => {
    const { app } = await testGateway();
    const body = { flowId: 'greeting' };
    expect(pointers(await app.inject(start(body, { wait: 'started' })))).toEqual(['query /wait']);
    expect(pointers(await app.inject(start(body, { wait: 'forever' })))).toEqual(['query /wait']);
    expect(pointers(await app.inject(start(body, { key: 'x'.repeat(256) })))).toEqual(['header /idempotency-key']);
    expect(pointers(await app.inject(start(body, { key: '' })))).toEqual(['header /idempotency-key']);
  });
});

describe('a call for an own agent', () => {
  const flow = (id: string) => ({ schema: 'own-agent/v1', id });

  it('takes the flow id and the variables as they come', async () => {
    const { app, calls } = await testGateway();
    const variables = { nested: { any: ['thing'] } };
    expect((await app.inject(start({ agent: { name: 'mine' }, flowId: 'nope', variables }))).statusCode).toBe(201);
    expect((await app.inject(start({ agent: { name: 'mine' } }))).statusCode).toBe(201);
    expect(calls.started.map(({ input }) => input)).toMatchObject([
      { agentName: 'mine', flow: flow('nope'), variables },
      { agentName: 'mine', flow: flow('mine'), variables: {} },
    ]);
  });

  it.each([
    ['our own agent', { agent: { name: 'durable-calls' } }, ['body /agent/name']],
    ['no name', { agent: {} }, ['body /agent/name']],
    ['an unknown field', { agent: { name: 'a', kind: 'own' } }, ['body /agent/kind']],
    ['neither agent nor flow', {}, ['body /flowId']],
  ])('names the field: %s', async (_name, body, expected) => {
    const { app } = await testGateway();
    const answer = await app.inject(start(body));
    expect(answer.statusCode).toBe(422);
    expect(pointers(answer)).toEqual(expected);
  });
});
