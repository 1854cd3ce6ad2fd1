import { createHash } from 'node:crypto';
import { AccessToken } from 'livekit-server-sdk';
import { describe, expect, it } from 'vitest';
import { env, testGateway } from './fakes.js';

const { apiKey, apiSecret } = env.livekit;
const now = () => String(Math.floor(Date.now() / 1_000));
const ours = { name: 'call-abc', metadata: JSON.stringify({ durableCalls: { namespace: 'default', callId: 'abc' } }) };
const caller = { identity: 'caller', sid: 'PA_1' };

async function sign(body: string, secret = apiSecret): Promise<string> {
  const token = new AccessToken(apiKey, secret);
  token.sha256 = createHash('sha256').update(body).digest('base64');
  return token.toJwt();
}

interface Sent {
  body?: string;
  authorization?: string;
  contentType?: string;
}

async function request(event: object, { body = JSON.stringify(event), authorization, contentType }: Sent = {}) {
  return {
    method: 'POST' as const,
    url: '/v1/webhooks/livekit',
    payload: body,
    headers: {
      'content-type': contentType ?? 'application/webhook+json',
      authorization: authorization ?? (await sign(JSON.stringify(event))),
    },
  };
}

describe('POST /v1/webhooks/livekit', () => {
  it('tells the call who left; who comes it hears from the job', async () => {
    const { app, calls } = await testGateway();
    const createdAt = now();
    const at = Number(createdAt) * 1_000;
    const send = async (event: object) =>
      expect((await app.inject(await request({ createdAt, room: ours, ...event }))).statusCode).toBe(200);
    await send({ id: '1', event: 'participant_joined', participant: caller });
    await send({ id: '2', event: 'participant_joined', participant: { identity: 'agent-1', sid: 'PA_2' } });
    await send({
      id: '3',
      event: 'participant_left',
      participant: { ...caller, disconnectReason: 'CLIENT_INITIATED' },
    });
    await send({ id: '4', event: 'participant_left', participant: { ...caller, sid: 'PA_3' } });
    await send({
      id: '4b',
      event: 'participant_left',
      participant: { identity: 'agent-1', sid: 'PA_2', disconnectReason: 'ROOM_DELETED' },
    });
    await send({ id: '5', event: 'room_finished', room: { name: 'call-abc' } });
    expect(calls.told).toEqual([
      { callId: 'abc', event: { kind: 'left', identity: 'caller', sid: 'PA_1', at, intentional: true } },
      { callId: 'abc', event: { kind: 'left', identity: 'caller', sid: 'PA_3', at } },
      { callId: 'abc', event: { kind: 'room-finished', at } },
    ]);
  });

  it.each([
    ['a room of someone else', { room: { name: 'meeting' }, participant: caller }],
    [
      'a room of another namespace',
      { room: { ...ours, metadata: ours.metadata.replace('default', 'other') }, participant: caller },
    ],
    ['a room whose name and metadata differ', { room: { ...ours, name: 'call-xyz' }, participant: caller }],
    ['a recorder', { room: ours, participant: { identity: 'EG_1', sid: 'PA_9' } }],
    ['what no call asks about', { room: ours, participant: caller, event: 'track_published' }],
    ['no room at all', {}],
  ])('ignores %s', async (_name, event) => {
    const { app, calls } = await testGateway();
    const answer = await app.inject(await request({ id: 'x', event: 'participant_left', createdAt: now(), ...event }));
    expect(answer.statusCode).toBe(200);
    expect(calls.told).toEqual([]);
  });

  it('takes each event once, and again when it could not be passed on', async () => {
    const { app, calls } = await testGateway();
    const event = { id: 'once', event: 'participant_left', room: ours, participant: caller, createdAt: now() };
    calls.down = true;
    expect((await app.inject(await request(event))).statusCode).toBe(503);
    calls.down = false;
    expect((await app.inject(await request(event))).statusCode).toBe(200);
    expect((await app.inject(await request(event))).statusCode).toBe(200);
    expect(calls.told).toHaveLength(1);
  });

  it('refuses what LiveKit did not sign', async () => {
    const { app, calls } = await testGateway();
    const event = { id: 'x', event: 'room_finished', room: ours, createdAt: now() };
    const body = JSON.stringify(event);
    const refused = [
      await request(event, { authorization: '' }),
      await request(event, { authorization: 'nonsense' }),
      await request(event, { authorization: await sign(body, 'another-secret-of-32-characters-') }),
      await request(event, { body: body.replace('call-abc', 'call-xyz') }),
      await request({ ...event, createdAt: String(Number(now()) - 3_600) }),
    ];
    for (const each of refused) {
      const answer = await app.inject(each);
      expect(answer.statusCode).toBe(401);
      expect(answer.json().type).toBe('urn:durable-calls:problem:webhook-refused');
    }
    expect((await app.inject(await request(event, { contentType: 'application/json' }))).statusCode).toBe(422);
    const text = 'not json';
    expect((await app.inject(await request({}, { body: text, authorization: await sign(text) }))).statusCode).toBe(400);
    expect(calls.told).toEqual([]);
  });
});
