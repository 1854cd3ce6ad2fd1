import { describe, expect, it } from 'vitest';
import { mintAgentToken } from '../../../platform/agent-token.js';
import { env, testGateway } from './fakes.js';

const json = { 'content-type': 'application/json' };

describe('problem details', () => {
  it.each([
    ['an unknown path', { method: 'GET', url: '/nope' }, 404, 'not-found'],
    ['half a body', { method: 'POST', url: '/v1/calls', headers: json, payload: '{"flowId"' }, 400, 'unreadable-body'],
    ['no body', { method: 'POST', url: '/v1/calls' }, 400, 'unreadable-body'],
    ['an empty body', { method: 'POST', url: '/v1/calls', headers: json, payload: '' }, 400, 'unreadable-body'],
    [
      'a forged prototype',
      { method: 'POST', url: '/v1/calls', headers: json, payload: '{"__proto__": {"a": 1}}' },
      400,
      'unreadable-body',
    ],
    [
      'text',
      { method: 'POST', url: '/v1/calls', headers: { 'content-type': 'text/plain' }, payload: 'x' },
      415,
      'unsupported-media-type',
    ],
    [
      'far too much',
      { method: 'POST', url: '/v1/calls', headers: json, payload: JSON.stringify({ flowId: 'x'.repeat(300_000) }) },
      413,
      'body-too-large',
    ],
    ['an unknown call', { method: 'GET', url: '/v1/calls/nope' }, 404, 'call-not-found'],
    ['an unknown flow', { method: 'GET', url: '/v1/flows/nope' }, 404, 'flow-not-found'],
    ['an unknown filter', { method: 'GET', url: '/v1/calls?colour=red' }, 422, 'rejected-invalid'],
    ['a filter that is none', { method: 'GET', url: '/v1/calls?stage=late&limit=1000' }, 422, 'rejected-invalid'],
    ['a path that cannot be decoded', { method: 'GET', url: '/v1/calls/%zz' }, 400, 'unreadable-body'],
  ] as const)('%s', async (_name, request, status, type) => {
    const { app } = await testGateway();
    const answer = await app.inject(request as never);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ type: `urn:durable-calls:problem:${type}`, status });
    expect(answer.json().title).toBeTruthy();
    expect(answer.json().detail).toBeTruthy();
  });

  it('says when to come back while Temporal does not answer', async () => {
    const { app, calls } = await testGateway();
    calls.down = true;
    for (const url of ['/readyz', '/v1/calls', '/v1/calls/abc', '/v1/calls/abc/events']) {
      const answer = await app.inject(url);
      expect(answer.statusCode).toBe(503);
      expect(answer.headers['retry-after']).toBe('2');
      expect(answer.json().type).toBe('urn:durable-calls:problem:temporal-unavailable');
    }
    expect((await app.inject('/healthz')).statusCode).toBe(200);
  });

  it('says nothing of our insides when something unexpected goes wrong', async () => {
    const { app, calls } = await testGateway();
    calls.list = () => Promise.reject(new Error('secret of the house'));
    const answer = await app.inject('/v1/calls');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret of the house');
  });
});

describe('a body nested very deep', () => {
  const levels = (count: number) => '['.repeat(count) + ']'.repeat(count);
  const post = async (url: string, payload: string) => {
    const authorization = `Bearer ${await mintAgentToken(env, { callId: 'abc', attempt: 1 })}`;
    const { app } = await testGateway();
    return app.inject({ method: 'POST', url, headers: { ...json, authorization }, payload });
  };

  it.each([
    ['to start a call', '/v1/calls', (deep: string) => `{"agent": {"name": "mine"}, "variables": {"deep": ${deep}}}`],
    [
      'to play a flow',
      '/v1/flows/simulate',
      (deep: string) => `{"flowId": "greeting", "variables": {"deep": ${deep}}}`,
    ],
    ["an own agent's state", '/v1/agent/alive', (deep: string) => `{"state": ${deep}}`],
  ])('is refused in words: %s', async (_name, url, body) => {
    const answer = await post(url, body(levels(20_000)));
    expect(answer.statusCode).toBe(422);
    const detail = 'is nested more than 64 levels deep';
    expect(answer.json()).toMatchObject({
      type: 'urn:durable-calls:problem:rejected-invalid',
      errors: [{ in: 'body', pointer: '', detail }],
    });
  });

  it('is taken as it comes up to 64 levels', async () => {
    const start = (count: number) => `{"agent": {"name": "mine"}, "variables": {"deep": ${levels(count)}}}`;
    expect((await post('/v1/calls', start(62))).statusCode).toBe(201);
    expect((await post('/v1/calls', start(63))).statusCode).toBe(422);
  });
});
