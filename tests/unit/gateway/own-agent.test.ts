import { SignJWT } from 'jose';
import { describe, expect, it, vi } from 'vitest';
import { mintAgentToken } from '../../../platform/agent-token.js';
import { loadEnv } from '../../../platform/env.js';
import { env, testGateway } from './fakes.js';

const claims = { callId: 'abc', attempt: 2 };
const token = await mintAgentToken(env, claims);
const stranger = loadEnv({ LIVEKIT_API_SECRET: 'another-secret-of-32-characters-00' });

const post = (message: string, bearer: string | undefined, payload: object = {}) => ({
  method: 'POST' as const,
  url: `/v1/agent/${message}`,
  payload,
  headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
});

/** The claims of a token with another signature algorithm: none. */
const unsigned = [{ alg: 'none' }, { sub: 'abc', attempt: 2 }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.');

const REFUSED: [string, string | undefined][] = [
  ['none', undefined],
  ['no token at all', 'hello'],
  ['one that somebody else signed', await mintAgentToken(stranger, claims)],
  ['one that is not signed', `${unsigned}.`],
  ['an expired one', await mintAgentToken(env, claims, -10)],
  ['one with its claims changed', [token.split('.')[0], unsigned.split('.')[1], token.split('.')[2]].join('.')],
  ["LiveKit's own kind", await livekitToken()],
];

describe('the token of an own agent', () => {
  it.each(REFUSED)('is refused: %s', async (_name, bearer) => {
    const { app, ownAgents } = await testGateway();
    for (const message of ['accepted', 'ready', 'alive', 'failed', 'done']) {
      const answer = await app.inject(post(message, bearer, { error: 'x' }));
      expect(answer.statusCode).toBe(401);
      expect(answer.json().type).toBe('urn:durable-calls:problem:agent-token-refused');
    }
    expect(ownAgents.told).toEqual([]);
  });

  it('speaks for its own call and attempt, whatever the body says', async () => {
    const { app, ownAgents } = await testGateway();
    const body = { callId: 'another', attempt: 9, jobId: 'AJ_1' };
    expect((await app.inject(post('accepted', token, body))).statusCode).toBe(200);
    expect(ownAgents.told).toEqual([{ message: 'accepted', who: claims, body: { jobId: 'AJ_1' } }]);
  });

  it('is followed by a fresh one when half of its time is over, and not before', async () => {
    const { app } = await testGateway();
    expect((await app.inject(post('alive', token))).json()).toEqual({ go: 'on' });
    const old = await mintAgentToken(env, claims, 200);
    const answer = (await app.inject(post('alive', old))).json();
    expect(answer).toEqual({ go: 'on', token: expect.any(String) });
    vi.useFakeTimers({ now: Date.now() + 400_000, toFake: ['Date'] });
    expect((await app.inject(post('alive', old))).statusCode).toBe(401);
    expect((await app.inject(post('alive', answer.token))).statusCode).toBe(200);
    vi.useRealTimers();
  });

  it('is signed with AGENT_TOKEN_SECRET where that is set', async () => {
    const named = loadEnv({ AGENT_TOKEN_SECRET: 'a-secret-that-has-more-than-32-characters' });
    const { app } = await testGateway({ env: named });
    expect((await app.inject(post('alive', await mintAgentToken(named, claims)))).statusCode).toBe(200);
    expect((await app.inject(post('alive', token))).statusCode).toBe(401);
  });
});

describe('ready', () => {
  it('is answered with the start command, later, or told to leave', async () => {
    const { app, ownAgents } = await testGateway();
    expect((await app.inject(post('ready', token))).statusCode).toBe(202);
    const start = { flowId: 'f', variables: { a: 1 }, resumed: false, aliveEveryMs: 3_000 };
    ownAgents.start = { start };
    expect((await app.inject(post('ready', token))).json()).toEqual(start);
    ownAgents.start = { leave: 'attempt 3 is ready' };
    const refused = await app.inject(post('ready', token));
    expect(refused.json()).toMatchObject({ status: 409, detail: expect.stringContaining('attempt 3 is ready') });
  });
});

/** Signed with LiveKit's secret itself: what agents and callers have, and what must open nothing here. */
function livekitToken(): Promise<string> {
  return new SignJWT({ attempt: 2, video: { room: 'call-abc' } })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('abc')
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(env.livekit.apiSecret));
}
