import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import type { RoomServiceClient, SipClient } from 'livekit-server-sdk';
import { transferActivities } from '../../../activities/transfer.js';
import type { Transfer } from '../../../activities/types.js';
import type { Logger } from '../../../platform/logger.js';
import { sipOf } from './sip-of.js';

const TOO_EARLY = [412, { code: 'failed_precondition', msg: "can't transfer non established call" }] as const;
const BUSY_SIP = { sip_status_code: '486', sip_status: 'Busy Here' };
const BUSY = [412, { code: 'failed_precondition', msg: 'call transfer failed', meta: BUSY_SIP }] as const;
const TAKEN = [200, {}] as const;
const logger = { info: () => undefined, warn: () => undefined } as unknown as Logger;

/** Transfers the caller of a call. */
function transfer(sip: SipClient, options: Partial<Transfer> = {}) {
  const rooms = {} as RoomServiceClient;
  const { transferCaller } = transferActivities({ sip, rooms, phone: { allow: ['+49'] }, logger });
  const command = { callId: 'c1', room: 'call-c1', identity: 'caller', to: '+4930901899' as Transfer['to'] };
  return new MockActivityEnvironment().run(transferCaller, { ...command, ringMs: 1_000, ringback: false, ...options });
}

it('is asked for again while the call is not established yet', async () => {
  const { sip, seen } = await sipOf([...TOO_EARLY], [...TOO_EARLY], [...TAKEN]);
  expect(await transfer(sip)).toMatchObject({ outcome: 'connected' });
  expect(seen).toHaveLength(3);
});

it('of a call that never gets established fails, and says why', async () => {
  const { sip, seen } = await sipOf([...TOO_EARLY]);
  expect(await transfer(sip)).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('non established') });
  expect(seen.length).toBeGreaterThan(5);
});

it('that the phone itself answered is asked for once', async () => {
  const { sip, seen } = await sipOf([...BUSY], [...TAKEN]);
  expect(await transfer(sip)).toMatchObject({ outcome: 'busy', sipCode: 486 });
  expect(seen).toHaveLength(1);
});
