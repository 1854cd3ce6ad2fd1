import { describe, expect, it } from 'vitest';
import { limitsOf } from '../../../gateway/limits.js';
import { loadEnv } from '../../../platform/env.js';
import { testGateway } from './fakes.js';

const keys = { find: () => undefined, close: () => {}, maxCalls: (org: string) => (org === 'big' ? 50 : undefined) };

describe('limits of concurrent calls', () => {
  it('are none unless they are set', () => {
    expect(limitsOf('acme', loadEnv({}), undefined)).toBeUndefined();
    expect(limitsOf('acme', loadEnv({}), keys)).toBeUndefined();
  });

  it("are the organisation's own, else the default, and the total", () => {
    const env = loadEnv({ GATEWAY_MAX_CALLS: '100', GATEWAY_MAX_CALLS_PER_ORG: '3' });
    expect(limitsOf('acme', env, keys)).toEqual({ org: 3, total: 100 });
    expect(limitsOf('big', env, keys)).toEqual({ org: 50, total: 100 });
    expect(limitsOf('big', loadEnv({}), keys)).toEqual({ org: 50 });
  });

  it('go along with the call, and so does how long it may wait', async () => {
    const { app, calls } = await testGateway({ env: loadEnv({ GATEWAY_MAX_CALLS_PER_ORG: '3' }) });
    const payload = { flowId: 'greeting', queueMs: 20_000 };
    const answer = await app.inject({ method: 'POST', url: '/v1/calls?wait=ready', payload });
    expect(answer.statusCode).toBe(201);
    expect(calls.started[0]).toMatchObject({ limits: { org: 3 }, queueMs: 20_000, waitReadyMs: 37_000 });
    const unlimited = await testGateway();
    await unlimited.app.inject({ method: 'POST', url: '/v1/calls', payload });
    expect(unlimited.calls.started[0]).not.toHaveProperty('limits');
    expect(unlimited.calls.started[0]).not.toHaveProperty('queueMs');
  });
});
