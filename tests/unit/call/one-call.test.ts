import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GatewayApi } from '../../../scripts/call/api.js';
import { makeCall } from '../../../scripts/call/one-call.js';

interface Answer {
  status: number;
  body: object;
}

const CALL: Answer = { status: 201, body: { callId: 'c', links: { temporal: 'http://t/c' } } };
const VIEW: Answer = { status: 200, body: { callId: 'c', status: 'active', timeline: [], ended: null } };
const ACCEPTED: Answer = { status: 202, body: { callId: 'c' } };
const request = { flowId: 'greeting', variables: {}, wait: 'ready' as const, timeoutMs: 30_000 };

let server: Server;
let asked: { line: string; key: unknown }[];
let answers: Record<string, Answer>;
/** Aborted when a request comes that nobody answers: the POST that is held. */
let interrupt: AbortController;

beforeEach(async () => {
  asked = [];
  interrupt = new AbortController();
  server = createServer(({ method, url, headers }, response) => {
    const line = `${method} ${url}`;
    asked.push({ line, key: headers['idempotency-key'] });
    const answer = answers[line];
    if (!answer) return void setTimeout(() => interrupt.abort());
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const interrupted = () => {
  const api = new GatewayApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return makeCall(api, request, () => undefined, interrupt.signal);
};

describe('a call that is interrupted while its request is held', () => {
  it('is found by its key, and hung up', async () => {
    answers = { 'POST /v1/calls': CALL, 'GET /v1/calls/c': VIEW, 'POST /v1/calls/c/hangup': ACCEPTED };
    const result = await interrupted();
    expect(result).toMatchObject({ ok: false, callId: 'c', error: 'Interrupted; the call was hung up.' });
    expect(asked.map(({ line }) => line)).toEqual(['POST /v1/calls?wait=ready', ...Object.keys(answers)]);
    expect(asked[0]!.key).toBeTruthy();
    expect(asked[1]!.key).toBe(asked[0]!.key);
  });

  it('says so when it cannot be hung up', async () => {
    const refusal = { status: 500, body: { detail: 'Temporal is away' } };
    answers = { 'POST /v1/calls': CALL, 'GET /v1/calls/c': VIEW, 'POST /v1/calls/c/hangup': refusal };
    const { error } = await interrupted();
    expect(error).toMatch(/^Interrupted; the call could not be hung up \(.*Temporal is away\)\.$/);
  });

  it.each([
    ['concurrency-limit', /^Interrupted; no call was made\.$/],
    ['rate-limited', /^Interrupted; whether a call was made is not known \(.*429.*\)\.$/],
  ])('may not have been made: %s', async (name, words) => {
    const body = { type: `urn:durable-calls:problem:${name}`, title: 'No', detail: 'no' };
    answers = { 'POST /v1/calls': { status: 429, body } };
    const { callId, error } = await interrupted();
    expect(callId).toBeUndefined();
    expect(error).toMatch(words);
  });
});
