import type { FastifyInstance } from 'fastify';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Access } from '../../../gateway/auth/hook.js';
import { findKey, newKey, type ApiKey, type Scope, SCOPES } from '../../../gateway/auth/key.js';
import { loadEnv } from '../../../platform/env.js';
import { callerToken } from '../../../platform/livekit.js';
import { callView, operationsOf, readDocument, testGateway, type FakeCalls, type FakeOwnAgents } from './fakes.js';

/** Who may use which endpoint. An endpoint that is not here fails the first test. */
const ACCESS: Record<string, Access> = {
  'GET /v1/agents': 'admin',
  'POST /v1/calls': 'call',
  'GET /v1/calls': 'read',
  'GET /v1/calls/{callId}': 'read',
  'GET /v1/calls/{callId}/events': 'read',
  'GET /v1/calls/{callId}/deliveries': 'read',
  'GET /v1/calls/{callId}/transcript': 'read',
  'POST /v1/calls/{callId}/hangup': 'call',
  'POST /v1/calls/{callId}/transfer': 'call',
  'GET /v1/flows': 'read',
  'GET /v1/flows/{flowId}': 'read',
  'POST /v1/flows/validate': 'read',
  'POST /v1/flows/simulate': 'read',
  'POST /v1/flows/graph': 'read',
  'GET /metrics': 'admin',
  'POST /v1/codec/decode': 'admin',
  'POST /v1/agent/accepted': 'own-token',
  'POST /v1/agent/alive': 'own-token',
  'POST /v1/agent/done': 'own-token',
  'POST /v1/agent/failed': 'own-token',
  'POST /v1/agent/ready': 'own-token',
  'POST /v1/webhooks/livekit': 'own-token',
  'GET /healthz': 'public',
  'GET /readyz': 'public',
};
const guarded = Object.entries(ACCESS).filter(([, access]) => (SCOPES as readonly string[]).includes(access));
const own = Object.keys(ACCESS).filter((endpoint) => ACCESS[endpoint] === 'own-token');
const ofOneCall = guarded.filter(([endpoint]) => endpoint.includes('{callId}'));

const env = loadEnv({ PHONE_ALLOW: '+4930' });
const keys = new Map<string, ApiKey>();
const tokenOf = (org: string, ...scopes: Scope[]): string => {
  const { token, key } = newKey(org, scopes);
  keys.set(key.id, key);
  return token;
};

let app: FastifyInstance;
let calls: FakeCalls;
let ownAgents: FakeOwnAgents;
beforeEach(async () => {
  ({ app, calls, ownAgents } = await testGateway({
    env,
    keys: { find: (token) => findKey(keys, token), maxCalls: () => undefined, close: () => {} },
  }));
  calls.views.set('abc', callView({ org: 'acme', status: 'ended' }));
});

const BODIES: Record<string, object> = {
  'POST /v1/calls': { flowId: 'greeting' },
  'POST /v1/calls/{callId}/transfer': { to: '+4930901820' },
  'POST /v1/flows/validate': {},
  'POST /v1/codec/decode': { payloads: [] },
  'POST /v1/flows/simulate': { flowId: 'greeting' },
  'POST /v1/flows/graph': { flowId: 'greeting' },
};

function ask(endpoint: string, authorization?: string) {
  const [method, path] = endpoint.split(' ') as ['GET' | 'POST', string];
  const url = path.replace('{callId}', 'abc').replace('{flowId}', 'greeting');
  const payload = BODIES[endpoint.replace('nothing', '{callId}')];
  const headers = { ...(authorization !== undefined && { authorization }) };
  return app.inject({ method, url, headers, ...(payload && { payload }) });
}

describe('every endpoint', () => {
  it('is in this matrix, and the OpenAPI document says the same', async () => {
    const described = operationsOf(await readDocument()).map(({ endpoint, scope }) => [endpoint, scope]);
    const expected = Object.entries(ACCESS).map(([endpoint, access]) => [
      endpoint,
      guarded.some(([each]) => each === endpoint) ? access : undefined,
    ]);
    expect(Object.fromEntries(described)).toEqual(Object.fromEntries(expected));
  });

  it.each(guarded)('%s lets nobody in without a key that it knows', async (endpoint) => {
    const good = tokenOf('acme', ...SCOPES);
    const revoked = tokenOf('acme', ...SCOPES);
    keys.delete(revoked.split('_')[1]!);
    const [id, secret] = good.slice(4).split('_') as [string, string];
    const forged = [
      `dck_${id}_${'A'.repeat(43)}`,
      `dck_${'0'.repeat(12)}_${secret}`,
      `dck_${id}_`,
      id,
      secret,
      revoked,
    ];
    const refused = [undefined, '', 'Bearer', 'Bearer  ', good, `Basic ${good}`, ...forged.map((it) => `Bearer ${it}`)];
    for (const authorization of refused) {
      const answer = await ask(endpoint, authorization);
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      expect(answer.json().type).toBe('urn:durable-calls:problem:unauthorized');
    }
    expect(calls.started.length + calls.hungUp.length + calls.viewsAsked).toBe(0);
    expect((await ask(endpoint, `bearer ${good}`)).statusCode).toBeLessThan(400);
  });

  it.each(guarded)('%s wants its own scope, and no other helps', async (endpoint, scope) => {
    const answer = await ask(endpoint, `Bearer ${tokenOf('acme', ...SCOPES.filter((each) => each !== scope))}`);
    expect(answer.statusCode).toBe(403);
    expect(answer.json().type).toBe('urn:durable-calls:problem:forbidden');
    expect(calls.started.length + calls.hungUp.length + calls.viewsAsked).toBe(0);
    expect((await ask(endpoint, `Bearer ${tokenOf('acme', scope as Scope)}`)).statusCode).toBeLessThan(400);
  });

  it.each(ofOneCall)("%s does not find another organisation's call", async (endpoint) => {
    const answer = await ask(endpoint, `Bearer ${tokenOf('other', ...SCOPES)}`);
    expect(answer.statusCode).toBe(404);
    const unknown = endpoint.replace('{callId}', 'nothing');
    expect((await ask(unknown, `Bearer ${tokenOf('acme', ...SCOPES)}`)).json()).toEqual(answer.json());
  });

  it.each(own)('%s has a token of its own: no API key helps, and nothing else', async (endpoint) => {
    const [method, url] = endpoint.split(' ') as ['POST', string];
    const caller = await callerToken(env, { room: 'call-abc', identity: 'caller', ttlSeconds: 60 });
    const headers = { 'content-type': url.includes('webhooks') ? 'application/webhook+json' : 'application/json' };
    for (const token of [undefined, tokenOf('acme', ...SCOPES), caller, 'nonsense']) {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const answer = await app.inject({
        method,
        url,
        payload: '{"error":"x"}',
        headers: { ...headers, ...authorization },
      });
      expect(answer.statusCode).toBe(401);
    }
    expect([calls.told, ownAgents.told]).toEqual([[], []]);
  });

  it('answers without a key where none is asked for', async () => {
    expect((await ask('GET /healthz')).statusCode).toBe(200);
    expect((await ask('GET /readyz')).statusCode).toBe(200);
    expect((await ask('GET /openapi.json')).statusCode).toBe(200);
    expect((await ask('POST /v1/webhooks/livekit')).json().type).not.toContain('unauthorized');
  });
});

describe('an organisation', () => {
  it('starts and lists calls in its own name', async () => {
    const authorization = `Bearer ${tokenOf('acme', ...SCOPES)}`;
    await ask('POST /v1/calls', authorization);
    await ask('GET /v1/calls', authorization);
    expect(calls.started[0]?.input.org).toBe('acme');
    expect(calls.listed).toEqual(['acme']);
  });

  it('does not get the call of another with its Idempotency-Key', async () => {
    for (const org of ['acme', 'other', 'acme']) {
      const headers = { authorization: `Bearer ${tokenOf(org, 'call')}`, 'idempotency-key': 'k' };
      await app.inject({ method: 'POST', url: '/v1/calls', payload: { flowId: 'greeting' }, headers });
    }
    const [first, other, again] = calls.started.map(({ input }) => input.callId);
    expect(other).not.toBe(first);
    expect(again).toBe(first);
  });
});

it('a route that does not say who may use it is not served', async () => {
  const { authenticate } = await import('../../../gateway/auth/hook.js');
  const { default: Fastify } = await import('fastify');
  const bare = Fastify();
  authenticate(bare, undefined);
  expect(() => bare.get('/open', () => '')).toThrow('config.access');
});
