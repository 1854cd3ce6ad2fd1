import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import type { RoomServiceClient, SipClient } from 'livekit-server-sdk';
import { transferActivities } from '../../../activities/transfer.js';
import type { Transfer } from '../../../activities/types.js';
import type { Transferred } from '../../../contract/index.js';
import type { Logger } from '../../../platform/logger.js';
import { sipOf } from './sip-of.js';

const BUSY_SIP = { sip_status_code: '486', sip_status: 'Busy Here' };
const BUSY = [412, { code: 'failed_precondition', msg: 'call transfer failed', meta: BUSY_SIP }] as const;
const NOT_YET = [412, { code: 'failed_precondition', msg: "can't transfer non established call" }] as const;
const TAKEN = [200, {}] as const;
const logger = { info: () => undefined, warn: () => undefined } as unknown as Logger;
const COMMAND = { callId: 'c1', room: 'call-c1', identity: 'caller', to: '+4930901899' as Transfer['to'] };

interface Scene {
  attempt?: number;
  askedMsAgo?: number;
}

/** Transfers a caller whose phone is looked at as often as these are, the last again and again. */
async function transfer(sip: SipClient, statuses = ['active'], { attempt = 1, askedMsAgo = 0 }: Scene = {}) {
  let looks = 0;
  const getParticipant = async () => {
    const status = statuses[Math.min(looks++, statuses.length - 1)];
    return { sid: 'PA_1', attributes: { 'sip.callStatus': status } };
  };
  const rooms = { getParticipant } as unknown as RoomServiceClient;
  const { transferCaller } = transferActivities({ sip, rooms, phone: { allow: ['+49'] }, logger });
  const scheduledTimestampMs = Date.now() - askedMsAgo;
  const environment = new MockActivityEnvironment({ attempt, scheduledTimestampMs });
  const result = await environment.run(transferCaller, { ...COMMAND, ringMs: 1_000, ringback: false });
  return { ...(result as Transferred), looks };
}

it('waits until a phone that calls has been answered', async () => {
  const { sip, seen } = await sipOf([...TAKEN]);
  const { looks, outcome } = await transfer(sip, ['ringing', 'ringing', 'active']);
  expect({ looks, outcome, asked: seen.length }).toEqual({ looks: 3, outcome: 'connected', asked: 1 });
});

it('does not wait for ever: who is not answered then is refused, which says why', async () => {
  const { sip, seen } = await sipOf([...NOT_YET]);
  const result = await transfer(sip, ['ringing']);
  expect(result).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('non established') });
  expect(seen).toHaveLength(1);
});

it('that the phone itself answered says what it said', async () => {
  const { sip } = await sipOf([...BUSY]);
  expect(await transfer(sip)).toMatchObject({ outcome: 'busy', sipCode: 486 });
});

it('whose worker died is judged when the caller has left, or when the REFER must be over', async () => {
  const { sip, seen } = await sipOf([...TAKEN]);
  const left = await transfer(sip, ['active', 'active', 'hangup'], { attempt: 2 });
  expect(left).toMatchObject({ outcome: 'unknown', callerIsHere: false });
  expect(left.looks).toBeGreaterThan(2);
  // Ringing for a second at most, and LiveKit's own time to answer.
  expect(await transfer(sip, ['active'], { attempt: 2, askedMsAgo: 8_000 })).toMatchObject({ callerIsHere: true });
  const waited = Date.now();
  await transfer(sip, ['active'], { attempt: 3, askedMsAgo: 8_000 });
  expect(Date.now() - waited).toBeGreaterThan(800);
  expect(seen).toEqual([]);
});

it('that LiveKit was not even asked for has failed', async () => {
  const cause = { code: 'ECONNREFUSED' };
  const nobody = {
    transferSipParticipant: () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause })),
  };
  expect(await transfer(nobody as unknown as SipClient)).toMatchObject({ outcome: 'failed', looks: 1 });
});
