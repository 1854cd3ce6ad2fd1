import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AccessToken } from 'livekit-server-sdk';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import winston from 'winston';
import { loadEnv } from '../../../platform/env.js';
import { loadFlows } from '../../../gateway/flows.js';
import { readLines, watchLines } from '../../../gateway/phone/lines.js';
import { DEFAULT_NUMBERS_FILE } from '../../../gateway/phone/numbers.js';
import { testGateway } from './fakes.js';

const env = loadEnv({
  LIVEKIT_API_KEY: 'testkey',
  LIVEKIT_API_SECRET: 'test-secret-of-32-characters-000',
  GATEWAY_MAX_CALLS_PER_ORG: '5',
});
const flows = await loadFlows(fileURLToPath(new URL('../../../flows', import.meta.url)));
const silent = winston.createLogger({ silent: true });

const NUMBERS = { '+4930100': { org: 'clinic', flow: 'greeting', variables: { name: 'Ada' } } };

function numbersFile(numbers: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'numbers-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'phone-numbers.json');
  writeFileSync(path, JSON.stringify(numbers));
  return path;
}

const attributes = {
  'sip.callID': 'SCL_abc',
  'sip.ruleID': 'SDR_1',
  'sip.callStatus': 'ringing',
  'sip.h.to': '<sip:+4930100@sip.example:5060>;tag=SCL_abc',
  'sip.h.from': '"Ada" <sip:+491701234567@carrier.example>;tag=1',
};
const phone = { identity: 'sip_1', sid: 'PA_1', kind: 'SIP', attributes };
const marked = (more: object) => JSON.stringify({ durableCalls: { namespace: 'default', ...more } });
const room = { name: 'phone_4567_x', metadata: marked({ inbound: true }) };

async function gateway() {
  const lines = watchLines(numbersFile(NUMBERS), flows, silent);
  onTestFinished(() => lines.close());
  const { app, calls } = await testGateway({ env, lines });
  let id = 0;
  const send = async (event: object) => {
    const createdAt = String(Math.floor(Date.now() / 1_000));
    const body = JSON.stringify({ id: `EV_${id++}`, event: 'participant_joined', room, createdAt, ...event });
    const token = new AccessToken(env.livekit.apiKey, env.livekit.apiSecret);
    token.sha256 = createHash('sha256').update(body).digest('base64');
    const headers = { 'content-type': 'application/webhook+json', authorization: await token.toJwt() };
    return (await app.inject({ method: 'POST', url: '/v1/webhooks/livekit', payload: body, headers })).statusCode;
  };
  return { calls, send };
}

describe('a phone that rings in a room of ours', () => {
  it('gets its call, once, with what its number stands for', async () => {
    const { calls, send } = await gateway();
    expect(await send({ participant: phone })).toBe(200);
    expect(await send({ participant: phone })).toBe(200);
    expect(calls.inbound).toHaveLength(1);
    expect(calls.inbound[0]).toMatchObject({
      ...{ callId: 'SCL_abc', org: 'clinic', room: room.name, direction: 'inbound' },
      ...{ caller: 'sip_1', inbound: { callerSid: 'PA_1' }, variables: { name: 'Ada' } },
      flow: { id: 'greeting' },
    });
    expect(calls.inbound[0]).not.toHaveProperty('declined');
  });

  it('gets it from the attributes of a rule that does not hide numbers, written in another way', async () => {
    const { calls, send } = await gateway();
    const other = { ...attributes, 'sip.trunkPhoneNumber': '4930100', 'sip.h.to': '' };
    await send({ participant: { ...phone, attributes: other } });
    expect(calls.inbound[0]).toMatchObject({ org: 'clinic' });
  });

  it.each([
    '"sip:+491111111@x" <sip:+4930100@carrier.example>',
    '"a\\" <sip:+491111111@x>" <sip:+4930100@carrier.example>;tag=1',
    'sip:+491111111@x <SIP:+4930100@carrier.example>',
    'sip:+4930100@carrier.example;tag=1',
  ])('is for the number in the address, not for one that its display name tells: %s', async (header) => {
    const { calls, send } = await gateway();
    await send({ participant: { ...phone, attributes: { ...attributes, 'sip.h.to': header } } });
    expect(calls.inbound[0]).toMatchObject({ org: 'clinic', variables: { name: 'Ada' } });
  });

  it('is declined when nobody answers on the number', async () => {
    const { calls, send } = await gateway();
    const other = { ...attributes, 'sip.h.to': '<sip:+4930999@sip.example>' };
    await send({ participant: { ...phone, attributes: other } });
    await send({ participant: { ...phone, attributes: { 'sip.callID': 'SCL_def', 'sip.ruleID': 'SDR_2' } } });
    expect(calls.inbound.map(({ declined }) => declined?.reason)).toEqual(['rejected-invalid', 'rejected-invalid']);
    expect(JSON.stringify(calls.inbound[0]!.declined)).not.toContain('4930999');
  });

  it('is declined when the house is full', async () => {
    const { calls, send } = await gateway();
    calls.full.add('clinic');
    expect(await send({ participant: phone })).toBe(200);
    expect(calls.inbound[0]).toMatchObject({ org: 'clinic', declined: { reason: 'concurrency-limit' } });
  });

  it('is told of again while Temporal is away', async () => {
    const { calls, send } = await gateway();
    calls.down = true;
    expect(await send({ participant: phone })).toBe(503);
    calls.down = false;
    expect(await send({ participant: phone })).toBe(200);
    expect(calls.inbound).toHaveLength(1);
  });

  it.each([
    ['rings in a room of someone else', { room: { name: 'phone_4567_x', metadata: '{"app":1}' } }],
    ['rings in a room of another namespace', { room: { ...room, metadata: room.metadata.replace('default', 'x') } }],
    ['we dial ourselves', { participant: { ...phone, attributes: { 'sip.callID': 'SCL_abc' } } }],
    ['is none', { participant: { ...phone, kind: 'STANDARD' } }],
  ])('gets no call when it %s', async (_what, event) => {
    const { calls, send } = await gateway();
    expect(await send({ participant: phone, ...event })).toBe(200);
    expect(calls.inbound).toEqual([]);
  });

  it('that leaves is told to its call, before that has taken the room over and after', async () => {
    const { calls, send } = await gateway();
    const left = { event: 'participant_left', participant: { ...phone, disconnectReason: 'CLIENT_INITIATED' } };
    await send(left);
    await send({ ...left, room: { ...room, metadata: marked({ callId: 'SCL_abc' }) } });
    const event = { kind: 'left', identity: 'sip_1', sid: 'PA_1', intentional: true };
    expect(calls.told).toEqual([
      { callId: 'SCL_abc', event: expect.objectContaining(event) },
      { callId: 'SCL_abc', event: expect.objectContaining(event) },
    ]);
  });
});

describe('phone-numbers.json', () => {
  const problems = (numbers: unknown): string => {
    try {
      readLines(numbersFile(numbers), flows);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('the numbers fit');
  };

  it('is told all that is wrong with it at once', () => {
    const said = problems({
      '+4930100': { flow: 'nowhere' },
      '+4930101': { flow: 'greeting', variables: { nme: 'Ada' } },
    });
    expect(said).toMatch(/\/\+4930100\/flow: there is no flow "nowhere"; there are: /);
    expect(said).toMatch(/\/\+4930101\/variables\/nme: /);
    expect(problems({ '+4930100': { org: 'a b', flow: '', colour: 1 } }).split('\n')).toHaveLength(4);
    expect(problems({ reception: { flow: 'greeting' } })).toMatch(/\/reception: must be a phone number/);
    expect(problems({ '4930100': { flow: 'greeting' }, '+4930100': { flow: 'greeting' } })).toMatch(/there twice/);
  });

  it('may be missing unless it is named', () => {
    expect(() => readLines('/no/where.json', flows)).toThrow(/where\.json.*\n.*cannot be read/);
    // Whoever runs this may have numbers of their own.
    if (!existsSync(DEFAULT_NUMBERS_FILE)) expect(readLines(undefined, flows).size).toBe(0);
  });

  it('is read again when it changes, and left alone when the change does not fit', async () => {
    const path = numbersFile(NUMBERS);
    const lines = watchLines(path, flows, silent);
    onTestFinished(() => lines.close());
    writeFileSync(path, JSON.stringify({ ...NUMBERS, '+4930200': { flow: 'greeting' } }));
    await vi.waitFor(() => expect(lines.find('+4930200')).toBeDefined(), { timeout: 20_000, interval: 100 });
    writeFileSync(path, JSON.stringify({ '+4930300': { flow: 'nowhere' } }));
    expect(lines.find('4930200')).toMatchObject({ org: 'default' });
  });
});
