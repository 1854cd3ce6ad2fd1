import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SipClient } from 'livekit-server-sdk';
import { expect, it } from 'vitest';
import { outboundTrunk } from '../../../activities/outbound-trunk.js';
import { sipOf } from './sip-of.js';

const AWAY = [503, { code: 'unavailable', msg: 'no response from servers' }] as const;
const OURS = [200, { items: [{ sipTrunkId: 'ST_1', name: 'durable-calls outbound' }] }] as const;

it('is the one that is named, and nobody is asked', async () => {
  const { sip, seen } = await sipOf([...AWAY]);
  expect(await outboundTrunk(sip, 'ST_mine')).toEqual({ id: 'ST_mine' });
  expect(seen).toEqual([]);
});

it('is found though LiveKit was away for a moment', async () => {
  const { sip, seen } = await sipOf([...AWAY], [...OURS]);
  expect(await outboundTrunk(sip, undefined)).toEqual({ id: 'ST_1' });
  expect(seen).toHaveLength(2);
});

it('cannot be told while LiveKit fails: that says why, and what to do', async () => {
  const { sip, seen } = await sipOf([...AWAY]);
  expect(await outboundTrunk(sip, undefined)).toMatchObject({
    outcome: 'carrier-rejected',
    detail: expect.stringMatching(/^nothing was dialled.*503 unavailable no response from servers/),
    todo: expect.stringContaining('Redis'),
  });
  expect(seen).toHaveLength(3);
});

it('cannot be told when nobody is there, and is asked for once where the key is refused', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  await once(closed.close(), 'close');
  const nobody = new SipClient(`http://127.0.0.1:${port}`, 'key', 'secret-of-32-characters-or-more-0');
  expect(await outboundTrunk(nobody, undefined)).toMatchObject({ detail: expect.stringContaining('ECONNREFUSED') });
  const { sip, seen } = await sipOf([401, { code: 'unauthenticated', msg: 'invalid API key' }]);
  expect(await outboundTrunk(sip, undefined)).toMatchObject({ detail: expect.stringContaining('invalid API key') });
  expect(seen).toHaveLength(1);
});

it('is not there: the command that makes it is named', async () => {
  const { sip } = await sipOf([200, { items: [{ sipTrunkId: 'ST_2', name: 'another' }] }]);
  expect(await outboundTrunk(sip, undefined)).toMatchObject({ todo: expect.stringContaining('setup --outbound') });
});
