import { describe, expect, it } from 'vitest';
import { findKey, newKey } from '../../../gateway/auth/key.js';
import { loadEnv } from '../../../platform/env.js';
import { testGateway } from './fakes.js';

const withEnv = (variables: NodeJS.ProcessEnv, keys: ReturnType<typeof newKey>[] = []) => {
  const known = new Map(keys.map(({ key }) => [key.id, key]));
  return testGateway({
    env: loadEnv(variables),
    ...(keys.length > 0 && {
      keys: { find: (token) => findKey(known, token), maxCalls: () => undefined, close: () => {} },
    }),
  });
};

describe('security headers', () => {
  it('are on every answer, and let the page reach its LiveKit', async () => {
    const { app } = await withEnv({ LIVEKIT_PUBLIC_URL: 'wss://media.example:443' });
    for (const url of ['/healthz', '/v1/calls', '/v1/calls/none', '/nothing']) {
      const { headers } = await app.inject(url);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN' });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("connect-src 'self' wss://media.example https://media.example");
      expect(policy).not.toContain('upgrade-insecure-requests');
    }
  });
});

describe('other origins', () => {
  const preflight = (origin: string) => ({
    method: 'OPTIONS' as const,
    url: '/v1/calls',
    headers: { origin, 'access-control-request-method': 'POST' },
  });

  it('may call when they are named, with a key', async () => {
    const { app } = await withEnv({ CORS_ORIGINS: 'https://app.example,https://other.example' }, [
      newKey('a', ['read']),
    ]);
    const allowed = await app.inject(preflight('https://other.example'));
    expect(allowed.statusCode).toBe(204);
    expect(allowed.headers['access-control-allow-origin']).toBe('https://other.example');
    expect(String(allowed.headers['access-control-allow-headers'])).toContain('authorization');
    const refused = await app.inject({ url: '/v1/calls', headers: { origin: 'https://app.example' } });
    expect(refused.statusCode).toBe(401); // a page may read why
    expect(refused.headers['access-control-allow-origin']).toBe('https://app.example');
    const foreign = await app.inject(preflight('https://evil.example'));
    expect(foreign.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('may not when none is named', async () => {
    const { app } = await withEnv({});
    const answer = await app.inject(preflight('https://app.example'));
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('the rate limit', () => {
  it('counts per key, and says in standard headers what is left', async () => {
    const [first, second] = [newKey('acme', ['read']), newKey('acme', ['read'])];
    const { app } = await withEnv({ GATEWAY_RATE_LIMIT_PER_MINUTE: '3' }, [first, second]);
    const ask = (token: string) => app.inject({ url: '/v1/flows', headers: { authorization: `Bearer ${token}` } });
    const answers = [];
    for (let n = 0; n < 4; n++) answers.push(await ask(first.token));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 429]);
    expect(answers[0]!.headers).toMatchObject({ 'ratelimit-limit': '3', 'ratelimit-remaining': '2' });
    const last = answers[3]!;
    expect(last.json()).toMatchObject({ type: 'urn:durable-calls:problem:rate-limited', status: 429 });
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask(second.token)).statusCode).toBe(200);
    expect((await app.inject('/healthz')).headers['ratelimit-limit']).toBeUndefined();
  });

  it('is none without keys: this machine is its own', async () => {
    const { app } = await withEnv({ GATEWAY_RATE_LIMIT_PER_MINUTE: '1' });
    for (let n = 0; n < 3; n++) expect((await app.inject('/v1/flows')).statusCode).toBe(200);
  });
});

it('a body that is too large is refused', async () => {
  const { app } = await withEnv({});
  const payload = { flowId: 'greeting', variables: { name: 'x'.repeat(300_000) } };
  const answer = await app.inject({ method: 'POST', url: '/v1/calls', payload });
  expect(answer.statusCode).toBe(413);
  expect(answer.json().type).toBe('urn:durable-calls:problem:body-too-large');
});
