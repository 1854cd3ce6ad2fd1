import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { httpActivities } from '../../../activities/http.js';
import type { HttpSend } from '../../../activities/types.js';
import type { FilledRequest } from '../../../callflow/commands.js';
import { TestServer } from './http-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await new TestServer().start();
});
beforeEach(() => void server.requests.splice(0));
afterAll(() => server.stop());

const environment = {
  FLOW_SECRET_KEY: 's3cret',
  FLOW_CONFIG_TWO_LINES: 'a\nb',
  FLOW_CONFIG_CRM: 'https://crm.example',
};

interface Given extends Partial<FilledRequest> {
  save?: HttpSend['save'];
  allowHosts?: string[];
}

function send({ save = { id: '$.id' }, allowHosts = [server.host], ...request }: Given = {}) {
  const { sendRequest } = httpActivities({ allowHosts, environment });
  const command: HttpSend = {
    ...{ callId: 'c1', node: 'book', idempotencyKey: 'c1-3-book', save },
    request: { method: 'GET', url: `http://${server.host}/x`, headers: {}, timeoutMs: 5_000, retries: 0, ...request },
  };
  return new MockActivityEnvironment().run(sendRequest, command);
}

/** What a request fails with. */
async function failure(given?: Given): Promise<ApplicationFailure> {
  const error = await send(given).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApplicationFailure);
  return error as ApplicationFailure;
}

describe('a request', () => {
  it('carries JSON, an idempotency key, and secrets from the environment', async () => {
    server.gives(200, '{"id": 7}');
    const headers = { Authorization: ['Bearer ', { ref: 'secrets.key' }] };
    await send({ method: 'POST', body: { name: 'Ada' }, headers });
    expect(server.requests[0]).toMatchObject({
      url: '/x',
      body: '{"name":"Ada"}',
      headers: { authorization: 'Bearer s3cret', 'content-type': 'application/json', 'idempotency-key': 'c1-3-book' },
    });
  });

  it('keeps the headers that the flow names itself', async () => {
    server.gives(200, '{}');
    await send({
      method: 'PUT',
      body: 1,
      headers: { 'Content-Type': 'application/x+json', 'Idempotency-Key': 'mine' },
    });
    expect(server.requests[0]!.headers).toMatchObject({
      'content-type': 'application/x+json',
      'idempotency-key': 'mine',
    });
  });

  it.each<[string, Given, RegExp]>([
    ['a reference without a value', { url: ['http://', { ref: 'config.nowhere' }] }, /set FLOW_CONFIG_NOWHERE/],
    ['a URL that is none', { url: 'nonsense' }, /its URL is none/],
    ['a host changed by a value', { url: [{ ref: 'config.crm' }, '.evil.com/'] }, /write \{\{config.crm\}\}\//],
    ['another scheme', { url: 'file:///etc/passwd' }, /must begin with https/],
    ['a header of two lines', { headers: { a: [{ ref: 'config.two_lines' }] } }, /a header has a value/],
  ])('with %s is not sent', async (_, given, message) => {
    const error = await failure(given);
    expect(error).toMatchObject({ type: 'HttpRefused', nonRetryable: true, message: expect.stringMatching(message) });
    expect(server.requests).toEqual([]);
  });
});

describe('an answer', () => {
  it('gives the values that the flow wants and nothing else', async () => {
    server.gives(201, '{"id": "B-17", "private": true}');
    expect(await send()).toEqual({ status: 201, values: { id: 'B-17' } });
  });

  it.each([
    ['without a body', 204, ''],
    ['without the value', 200, '{"other": 1}'],
  ])('%s gives none', async (_, status, body) => {
    server.gives(status, body);
    expect(await send()).toEqual({ status, values: { id: null } });
  });

  it('that is no JSON is text', async () => {
    server.gives(200, 'B-17', { 'content-type': 'text/plain' });
    expect(await send({ save: { id: '$' } })).toEqual({ status: 200, values: { id: 'B-17' } });
  });

  it('whose body nobody wants is not read, whatever it is', async () => {
    server.gives(200, 'x'.repeat(3_000_000));
    expect(await send({ save: {} })).toEqual({ status: 200, values: {} });
  });

  it.each([
    ['pretends to be JSON', '{"id": 7', /is JSON, and it is not/],
    ['is larger than a mebibyte', `{"id": "${'x'.repeat(1_050_000)}"}`, /larger than 1048576 bytes/],
    ['has values too large for a call', `{"id": "${'x'.repeat(40_000)}"}`, /too large together/],
  ])('that %s is of no use', async (_, body, message) => {
    server.gives(200, body);
    expect(await failure()).toMatchObject({
      type: 'HttpRefused',
      nonRetryable: true,
      message: expect.stringMatching(message),
    });
  });

  it('that is nested without end does no harm', async () => {
    server.gives(200, '['.repeat(400_000) + ']'.repeat(400_000));
    await send({ save: { id: '$..id' } }).catch((error: unknown) => expect(error).toBeInstanceOf(ApplicationFailure));
  });

  it.each([301, 307, 400, 404, 422])('of %i is one, and final', async (status) => {
    server.gives(status, '{"id": 1}', { location: 'http://127.0.0.1:1/' });
    expect(await send()).toEqual({ status, values: {} });
    expect(server.requests).toHaveLength(1);
  });
});

describe('an attempt that may do better next time', () => {
  it.each([429, 500, 503])('is one that was answered %i', async (status) => {
    server.gives(status);
    const error = await failure();
    expect(error).toMatchObject({ type: 'HttpStatus', nonRetryable: false, details: [status] });
    expect(error.nextRetryDelay).toBeUndefined();
  });

  it.each([
    ['seconds', () => '2', 2_000],
    ['a date', () => new Date(Date.now() + 5_000).toUTCString(), 5_000],
    ['a date that is over', () => new Date(0).toUTCString(), 0],
  ])('waits as long as the server says: %s', async (_, retryAfter, ms) => {
    server.gives(429, '', { 'retry-after': retryAfter() });
    const { nextRetryDelay } = await failure();
    expect(Math.abs(Number(nextRetryDelay) - ms)).toBeLessThan(1_500);
  });

  it('is not repeated when that would keep a caller waiting', async () => {
    server.gives(503, '', { 'retry-after': '120' });
    expect(await failure()).toMatchObject({ type: 'HttpStatus', nonRetryable: true, details: [503] });
  });

  it('is one without an answer in time, headers or body', async () => {
    server.answer = () => undefined;
    expect(await failure({ timeoutMs: 100 })).toMatchObject({ type: 'HttpTimeout', nonRetryable: false });
    server.answer = (_, response) => void response.writeHead(200).write('{');
    expect(await failure({ timeoutMs: 300 })).toMatchObject({ type: 'HttpTimeout', nonRetryable: false });
  });

  it('is one that nobody took, or that was cut off', async () => {
    expect(await failure({ url: 'http://127.0.0.1:1/', allowHosts: ['127.0.0.1'] })).toMatchObject({
      ...{ type: 'HttpUnreachable', nonRetryable: false, message: 'no answer from the server (ECONNREFUSED)' },
    });
    server.answer = (request) => void request.socket.destroy();
    expect(await failure()).toMatchObject({ type: 'HttpUnreachable', nonRetryable: false });
  });
});

describe('an address inside our network', () => {
  it.each(['http://127.0.0.1/', 'http://2130706433/', 'http://[::1]/', 'http://169.254.169.254/', 'http://localhost/'])(
    'as %s is refused',
    async (url) => {
      expect(await failure({ url, allowHosts: [] })).toMatchObject({ type: 'HttpRefused', nonRetryable: true });
    },
  );

  it('is refused on a port that was not allowed', async () => {
    expect(await failure({ allowHosts: ['127.0.0.1:1'] })).toMatchObject({ type: 'HttpRefused' });
    expect(server.requests).toEqual([]);
  });
});
