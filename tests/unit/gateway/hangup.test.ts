import { describe, expect, it } from 'vitest';
import { testGateway } from './fakes.js';

describe('POST /v1/calls/:id/hangup', () => {
  it('needs no body, and takes a reason', async () => {
    const { app, calls } = await testGateway();
    const url = '/v1/calls/abc/hangup';
    const headers = { 'content-type': 'application/json' };
    expect((await app.inject({ method: 'POST', url })).statusCode).toBe(202);
    expect((await app.inject({ method: 'POST', url, headers, payload: '' })).statusCode).toBe(202);
    expect((await app.inject({ method: 'POST', url, payload: { reason: 'late' } })).statusCode).toBe(202);
    expect((await app.inject({ method: 'POST', url, payload: { why: 'late' } })).statusCode).toBe(422);
    const org = 'default';
    expect(calls.hungUp).toEqual([
      { org, callId: 'abc' },
      { org, callId: 'abc' },
      { org, callId: 'abc', reason: 'late' },
    ]);
  });
});
