import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../../contract/index.js';
import { limitsOf } from '../../../gateway/limits.js';
import { loadEnv } from '../../../platform/env.js';
import { testGateway } from './fakes.js';

const PHONE = '+4930901820';
const phone = (more: object = {}) => ({ flowId: 'greeting', to: { phone: PHONE }, ...more });
const allowing = loadEnv({ PHONE_ALLOW: '+4930,sip:desk@pbx.example' });

async function gateway(env = allowing) {
  const { app, calls } = await testGateway({ env });
  const post = (payload: object, query = '') => app.inject({ method: 'POST', url: `/v1/calls${query}`, payload });
  const pointers = async (payload: object, query = '') => {
    const answer = await post(payload, query);
    const { errors = [] } = answer.json() as { errors?: { in: string; pointer: string }[] };
    return [answer.statusCode, ...errors.map(({ in: part, pointer }) => `${part} ${pointer}`)];
  };
  return { app, calls, post, pointers };
}

describe('an outbound call', () => {
  it('is started with the number, for ten minutes at most, and gives nobody a token', async () => {
    const { calls, post } = await gateway();
    const answer = await post(phone());
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).not.toHaveProperty('livekit');
    expect(calls.started[0]).toMatchObject({ input: { direction: 'outbound', to: { phone: PHONE } } });
    expect(calls.started[0]?.input.policy).toEqual({ ...DEFAULT_POLICY, maxDurationMs: 600_000 });
    expect(calls.started[0]?.limits).toEqual({ outbound: 10 });
  });

  it('may be shorter or longer when its request says so', async () => {
    const { calls, post } = await gateway();
    await post(phone({ policy: { maxDurationMs: 1_200_000 } }));
    expect(calls.started[0]?.input.policy.maxDurationMs).toBe(1_200_000);
  });

  it('goes only where it may, and is refused without the number', async () => {
    const { calls, post, pointers } = await gateway();
    for (const number of ['+12125550100', '+4989901820']) {
      expect(await pointers({ flowId: 'greeting', to: { phone: number } })).toEqual([422, 'body /to/phone']);
      expect((await post({ flowId: 'greeting', to: { phone: number } })).body).not.toContain(number);
    }
    expect(calls.started).toEqual([]);
  });

  it.each(['030901820', '+49 30 901820', '+0301234567', '+1', 'tel:+4930901820', ''])(
    'must name a number in international format: %j',
    async (number) => {
      const { pointers } = await gateway();
      expect(await pointers({ flowId: 'greeting', to: { phone: number } })).toEqual([422, 'body /to/phone']);
    },
  );

  it('is not possible where no destination is allowed', async () => {
    const { pointers } = await gateway(loadEnv({}));
    expect(await pointers(phone())).toEqual([422, 'body /to']);
  });

  it('can be waited for until its flow has started', async () => {
    const { calls, post, pointers } = await gateway();
    expect((await post(phone(), '?wait=started')).statusCode).toBe(201);
    const { setupMs, dialMs } = DEFAULT_POLICY;
    expect(calls.started[0]?.waitStartedMs).toBe(Math.min(setupMs + dialMs + 2_000, 45_000));
    expect(await pointers({ flowId: 'greeting' }, '?wait=started')).toEqual([422, 'query /wait']);
  });

  it('has a limit of its own beside those of all calls', () => {
    const env = loadEnv({ GATEWAY_MAX_CALLS_PER_ORG: '5', PHONE_MAX_CALLS_PER_ORG: '2' });
    expect(limitsOf('acme', env, undefined, 'outbound')).toEqual({ org: 5, outbound: 2 });
    expect(limitsOf('acme', env, undefined, 'web')).toEqual({ org: 5 });
  });
});

describe('a scheduled call', () => {
  it('is started for later: its last moment to begin counts from there', async () => {
    const { calls, post } = await gateway();
    const startAt = new Date(Date.now() + 3_600_000);
    expect((await post(phone({ startAt: startAt.toISOString() }))).statusCode).toBe(201);
    const { startAt: at, startBy } = calls.started[0]!.input;
    expect(at).toBe(startAt.getTime());
    expect(startBy).toBe(startAt.getTime() + allowing.startByMs);
  });

  it.each(['tomorrow', '2026-11-26', '2026-11-26T04:00:00', 7])('is refused for no time: %j', async (startAt) => {
    const { pointers } = await gateway();
    expect(await pointers(phone({ startAt }))).toEqual([422, 'body /startAt']);
  });

  it('is neither too far ahead nor waited for', async () => {
    const { pointers } = await gateway();
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    expect(await pointers(phone({ startAt: inDays(31) }))).toEqual([422, 'body /startAt']);
    expect(await pointers(phone({ startAt: inDays(1) }), '?wait=ready')).toEqual([422, 'query /wait']);
  });
});

describe('POST /v1/calls/:id/transfer', () => {
  const transfer = async (to: unknown) => {
    const { app, calls } = await gateway();
    const answer = await app.inject({ method: 'POST', url: '/v1/calls/abc/transfer', payload: { to } as object });
    return { status: answer.statusCode, body: answer.body, transferred: calls.transferred };
  };

  it.each([PHONE, 'tel:+4930901820', '+49 30 90-18-20', 'sip:desk@pbx.example'])('passes on %s', async (to) => {
    const { status, transferred } = await transfer(to);
    expect(status).toBe(202);
    expect(transferred).toEqual([{ org: 'default', callId: 'abc', to }]);
  });

  it.each(['+12125550100', 'sip:desk@pbx.example.evil', 'sip:other@pbx.example', 'the desk', '', 7])(
    'refuses %j and points to it',
    async (to) => {
      const { status, body, transferred } = await transfer(to);
      expect(status).toBe(422);
      expect(JSON.parse(body).errors[0].pointer).toBe('/to');
      expect(transferred).toEqual([]);
    },
  );
});
