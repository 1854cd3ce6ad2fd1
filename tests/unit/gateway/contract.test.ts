import { createHash } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { AccessToken } from 'livekit-server-sdk';
import { beforeEach, describe, expect, it } from 'vitest';
import { mintAgentToken } from '../../../platform/agent-token.js';
import { loadEnv } from '../../../platform/env.js';
import { findKey, newKey, SCOPES, type ApiKey, type Scope } from '../../../gateway/auth/key.js';
import { Problem } from '../../../gateway/problems.js';
import { callView, operationsOf, readDocument, testGateway, type FakeCalls, type FakeOwnAgents } from './fakes.js';

/** Every endpoint with good and bad input: each answer is one that the OpenAPI document describes, to the letter. */

interface Case {
  endpoint: string;
  status: number;
  send?: Partial<InjectOptions>;
  /** What is to be the case before. */
  given?: (calls: FakeCalls, ownAgents: FakeOwnAgents) => void;
  /** Default: an API key with every scope. */
  authorization?: string;
}

const down = (calls: FakeCalls) => void (calls.down = true);
const told = (calls: FakeCalls) => {
  calls.views.set('abc', callView());
  calls.deliveryLog = [
    { event: 'abc.s0', type: 'call.stage', at: 1, endpoint: 'e', status: 'waiting', attempts: 2, error: 'no answer' },
    { event: 'abc.ended', type: 'call.ended', at: 2, endpoint: 'e', status: 'delivered', attempts: 1, httpStatus: 204, settledAt: 3 }, // prettier-ignore
  ];
};
const one = (calls: FakeCalls) => void calls.views.set('abc', callView());
const over = (calls: FakeCalls) =>
  void calls.views.set('abc', callView({ status: 'ended', stage: 'ended', ended: ENDED, cleanup: [{ what: 'x', ok: true }] })); // prettier-ignore
const full = (calls: FakeCalls) =>
  void (calls.start = () => Promise.reject(new Problem('concurrency-limit', 'Full.', { retryAfterSeconds: 5 })));
const unfit = (calls: FakeCalls) =>
  void (calls.transfer = () => Promise.reject(new Problem('not-transferable', 'A web call.')));
const broken = (calls: FakeCalls) => void (calls.list = () => Promise.reject(new Error('a defect')));
const late = (calls: FakeCalls) => void (calls.timedOut = true);
const agentToken = await mintAgentToken(loadEnv({}), { callId: 'abc', attempt: 1 });
const unwanted = (_calls: FakeCalls, ownAgents: FakeOwnAgents) => void (ownAgents.wanted = false);
const starts = (_calls: FakeCalls, ownAgents: FakeOwnAgents) => void (ownAgents.start = { start: START_COMMAND });
const leaves = (_calls: FakeCalls, ownAgents: FakeOwnAgents) => void (ownAgents.start = { leave: 'it is over' });
const START_COMMAND = { flowId: 'x', variables: {}, resumed: true, state: [1, null], aliveEveryMs: 3_000 };
const fromAgent = (message: string, payload: object, status: number, given?: Case['given']): Case => ({
  endpoint: `POST /v1/agent/${message}`,
  status,
  send: { payload },
  authorization: `Bearer ${agentToken}`,
  ...(given && { given }),
});
const ENDED = {
  reason: 'completed',
  by: 'agent',
  fault: 'none',
  stage: 'flow',
  retryable: false,
  detail: '.',
} as const;

const START = 'POST /v1/calls';
const LIST = 'GET /v1/calls';
const ONE = 'GET /v1/calls/{callId}';
const EVENTS = 'GET /v1/calls/{callId}/events';
const DELIVERIES = 'GET /v1/calls/{callId}/deliveries';
const TRANSCRIPT = 'GET /v1/calls/{callId}/transcript';
const HANGUP = 'POST /v1/calls/{callId}/hangup';
const TRANSFER = 'POST /v1/calls/{callId}/transfer';
const VALIDATE = 'POST /v1/flows/validate';
const GRAPH = 'POST /v1/flows/graph';
const SIMULATE = 'POST /v1/flows/simulate';
const CODEC = 'POST /v1/codec/decode';
const PLAIN = { metadata: { encoding: btoa('json/plain') }, data: btoa('1') };
const SEALED = { metadata: { encoding: btoa('binary/encrypted'), 'encryption-key-id': btoa('k9') }, data: btoa('1') };
const WEBHOOK = 'POST /v1/webhooks/livekit';
const greeting = { payload: { flowId: 'greeting' } };
const json = { 'content-type': 'application/json' };
const xml = { payload: '<a/>', headers: { 'content-type': 'text/xml' } };
const halfJson = { payload: '{"a"', headers: json };
const huge = { payload: { lines: ['x'.repeat(300_000)] } };

const webhookJson = { 'content-type': 'application/webhook+json' };
const ROOM_STARTED = JSON.stringify({
  id: 'EV_1',
  event: 'room_started',
  createdAt: `${Math.floor(Date.now() / 1_000)}`,
});

async function signed(body: string): Promise<string> {
  const { apiKey, apiSecret } = loadEnv({}).livekit;
  const token = new AccessToken(apiKey, apiSecret);
  token.sha256 = createHash('sha256').update(body).digest('base64');
  return token.toJwt();
}

const CASES: Case[] = [
  { endpoint: 'GET /v1/agents', status: 200 },
  { endpoint: START, status: 201, send: greeting },
  { endpoint: START, status: 202, send: { ...greeting, query: { wait: 'ready' } }, given: late },
  { endpoint: START, status: 400, send: halfJson },
  { endpoint: START, status: 400, send: { headers: json } },
  { endpoint: START, status: 413, send: huge },
  { endpoint: START, status: 415, send: xml },
  { endpoint: START, status: 422, send: { payload: { flowId: 'nope', policy: { readyMs: -1 } } } },
  { endpoint: START, status: 422, send: { payload: { flowId: 'greeting', queueMs: 0 } } },
  { endpoint: START, status: 429, send: greeting, given: full },
  { endpoint: START, status: 503, send: greeting, given: down },
  { endpoint: LIST, status: 200, send: { query: { status: 'ended', limit: '2' } } },
  { endpoint: LIST, status: 422, send: { query: { limit: '0' } } },
  { endpoint: LIST, status: 500, given: broken },
  { endpoint: LIST, status: 503, given: down },
  { endpoint: ONE, status: 200, given: one },
  { endpoint: ONE, status: 200, given: over },
  { endpoint: ONE, status: 404 },
  { endpoint: ONE, status: 503, given: down },
  { endpoint: EVENTS, status: 200, given: over },
  { endpoint: EVENTS, status: 404 },
  { endpoint: EVENTS, status: 503, given: down },
  { endpoint: DELIVERIES, status: 200, given: told },
  { endpoint: DELIVERIES, status: 404 },
  { endpoint: DELIVERIES, status: 503, given: down },
  { endpoint: TRANSCRIPT, status: 200 },
  { endpoint: TRANSCRIPT, status: 404, send: { url: '/v1/calls/nothing/transcript' } },
  { endpoint: HANGUP, status: 202, send: { payload: { reason: 'enough' } }, given: one },
  { endpoint: HANGUP, status: 400, send: halfJson, given: one },
  { endpoint: HANGUP, status: 415, send: xml, given: one },
  { endpoint: HANGUP, status: 422, send: { payload: { why: 'x' } }, given: one },
  { endpoint: TRANSFER, status: 202, send: { payload: { to: '+4930901820' } }, given: one },
  { endpoint: TRANSFER, status: 409, send: { payload: { to: '+4930901820' } }, given: unfit },
  { endpoint: TRANSFER, status: 422, send: { payload: { to: '+1212555010' } }, given: one },
  { endpoint: TRANSFER, status: 422, send: { payload: { to: 'the desk' } }, given: one },
  { endpoint: 'GET /v1/flows', status: 200 },
  { endpoint: 'GET /v1/flows/{flowId}', status: 200 },
  { endpoint: 'GET /v1/flows/{flowId}', status: 404, send: { url: '/v1/flows/nope' } },
  { endpoint: VALIDATE, status: 200, send: { payload: { schema: 'callflow/v1' } } },
  { endpoint: VALIDATE, status: 400, send: halfJson },
  { endpoint: GRAPH, status: 200, send: greeting },
  { endpoint: GRAPH, status: 400, send: halfJson },
  { endpoint: GRAPH, status: 422, send: { payload: { flowId: 'nope' } } },
  { endpoint: SIMULATE, status: 200, send: greeting },
  { endpoint: SIMULATE, status: 413, send: huge },
  { endpoint: SIMULATE, status: 422, send: { payload: { flow: {} } } },
  { endpoint: CODEC, status: 200, send: { payload: { payloads: [PLAIN] } } },
  { endpoint: CODEC, status: 400, send: halfJson },
  { endpoint: CODEC, status: 422, send: { payload: { payloads: [SEALED] } } },
  { endpoint: CODEC, status: 422, send: { payload: { payloads: [{ data: '%' }] } } },
  {
    endpoint: WEBHOOK,
    status: 200,
    send: { payload: ROOM_STARTED, headers: webhookJson },
    authorization: await signed(ROOM_STARTED),
  },
  { endpoint: WEBHOOK, status: 401, send: { payload: '{}', headers: { 'content-type': 'application/webhook+json' } } },
  { endpoint: WEBHOOK, status: 415, send: xml },
  fromAgent('accepted', {}, 200),
  fromAgent('accepted', { host: 'no host' }, 422),
  fromAgent('accepted', {}, 409, unwanted),
  fromAgent('ready', { jobId: 'AJ_1', identity: 'agent-AJ_1' }, 202),
  fromAgent('ready', {}, 200, starts),
  fromAgent('ready', {}, 409, leaves),
  fromAgent('alive', {}, 200),
  fromAgent('alive', { state: { at: 3 } }, 200, unwanted),
  fromAgent('alive', { state: 'x'.repeat(32_768) }, 422),
  fromAgent('failed', { error: 'out of memory' }, 200),
  fromAgent('failed', {}, 422),
  fromAgent('failed', { error: 'late' }, 409, unwanted),
  fromAgent('done', { outcome: 'booked', variables: { when: 10 } }, 200),
  fromAgent('done', { variables: 1 }, 422),
  fromAgent('done', {}, 409, unwanted),
  { endpoint: 'GET /healthz', status: 200 },
  { endpoint: 'GET /readyz', status: 200 },
  { endpoint: 'GET /readyz', status: 503, given: down },
  { endpoint: 'GET /metrics', status: 200 },
];

const document = await readDocument();
const operations = operationsOf(document);
const ajv = new Ajv2020({ strict: false });
ajv.addSchema(document, 'openapi');
const slug = (text: string) => text.replaceAll('~', '~0').replaceAll('/', '~1');

const known = new Map<string, ApiKey>();
const tokenOf = (...scopes: Scope[]): string => {
  const { token, key } = newKey('default', scopes);
  known.set(key.id, key);
  return token;
};
const token = tokenOf(...SCOPES);
const tokenWithout = (scope: string): string => tokenOf(...SCOPES.filter((each) => each !== scope));
const keys = {
  find: (given: string) => findKey(known, given),
  maxCalls: () => undefined,
  close: () => {},
};

let app: FastifyInstance;
let calls: FakeCalls;
let ownAgents: FakeOwnAgents;
beforeEach(async () => {
  ({ app, calls, ownAgents } = await testGateway({
    keys,
    env: loadEnv({ GATEWAY_RATE_LIMIT_PER_MINUTE: '3', PHONE_ALLOW: '+4930' }),
  }));
});

const ask = (
  endpoint: string,
  { headers, ...send }: Partial<InjectOptions> = {},
  authorization = `Bearer ${token}`,
) => {
  const [method, path] = endpoint.split(' ') as ['GET' | 'POST', string];
  const url = path.replace('{callId}', 'abc').replace('{flowId}', 'greeting');
  return app.inject({ method, url, ...send, headers: { ...headers, authorization } });
};

/** Fails unless the document has this status, with this content type, and the body fits its schema. */
function checkAnswer(endpoint: string, { statusCode, headers, body }: Awaited<ReturnType<typeof ask>>): void {
  const [method, path] = endpoint.split(' ') as [string, string];
  const described = operations.find((each) => each.endpoint === endpoint)?.responses[String(statusCode)];
  expect(described, `${endpoint} answered ${statusCode}, which the document does not have`).toBeDefined();
  const type = String(headers['content-type']).split(';')[0]!;
  expect(Object.keys(described!.content ?? {})).toContain(type);
  const at = ['paths', path, method.toLowerCase(), 'responses', String(statusCode), 'content', type, 'schema'];
  const validate = ajv.compile({ $ref: `openapi#/${at.map(slug).join('/')}` });
  const fits = validate(type.endsWith('json') ? JSON.parse(body) : body);
  expect(validate.errors ?? [], body.slice(0, 500)).toEqual([]);
  expect(fits).toBe(true);
}

describe('what is answered is what the OpenAPI document says', () => {
  it.each(CASES)('$endpoint: $status', async ({ endpoint, status, send, given, authorization }) => {
    given?.(calls, ownAgents);
    const answer = await ask(endpoint, send, authorization);
    expect(answer.statusCode).toBe(status);
    checkAnswer(endpoint, answer);
  });

  const guarded = operations.filter(({ scope }) => scope !== undefined);

  it.each(guarded)(
    '$endpoint: also without a key, with one for something else, and with too many requests',
    async (operation) => {
      const { endpoint, scope } = operation;
      const answers = [await ask(endpoint, {}, 'none'), await ask(endpoint, {}, `Bearer ${tokenWithout(scope!)}`)];
      for (let n = 0; n < 3; n++) await ask(endpoint);
      answers.push(await ask(endpoint));
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 403, 429]);
      for (const answer of answers) checkAnswer(endpoint, answer);
    },
  );

  it.each(operations)('$endpoint has a case of each kind', ({ endpoint, takesInput }) => {
    const statuses = CASES.filter((each) => each.endpoint === endpoint).map(({ status }) => status);
    expect(
      statuses.some((status) => status < 300),
      'what is answered well',
    ).toBe(true);
    if (takesInput)
      expect(
        statuses.some((status) => status >= 400 && status < 500),
        'what is refused',
      ).toBe(true);
  });

  it('has no case of an endpoint that there is not', () => {
    const known = operations.map(({ endpoint }) => endpoint);
    expect(CASES.filter(({ endpoint }) => !known.includes(endpoint))).toEqual([]);
  });
});
