import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import type { RoomServiceClient, SipClient } from 'livekit-server-sdk';
import { dialActivities } from '../../../activities/dial.js';
import type { Dialled } from '../../../contract/index.js';
import type { Logger } from '../../../platform/logger.js';

const logger = { info: () => undefined, warn: () => undefined } as unknown as Logger;
const COMMAND = { callId: 'c1', room: 'call-c1', phone: '+4930901899', ringMs: 1_000, maxDurationMs: 9_000 };

interface Scene {
  allow?: string[];
  room?: boolean | Error;
  lateMs?: number;
  attempt?: number;
  /** While LiveKit is asked about the room. */
  meanwhile?: (environment: MockActivityEnvironment) => void;
  line?: () => object;
}

/** Dials by a trunk that is named, and counts how often. */
async function dial({ allow = ['+49'], room = true, lateMs = 0, attempt = 1, meanwhile, line }: Scene) {
  let dials = 0;
  const environment = new MockActivityEnvironment({ attempt, scheduledTimestampMs: Date.now() - lateMs });
  const sip = { createSipParticipant: async () => ({ participantId: `PA_${++dials}` }) } as unknown as SipClient;
  const rooms = {
    async listRooms([name]: string[]) {
      meanwhile?.(environment);
      if (room instanceof Error) throw room;
      return room ? [{ name }] : [];
    },
    getParticipant: async () => line?.(),
  } as unknown as RoomServiceClient;
  const activities = dialActivities({ sip, rooms, phone: { trunkId: 'ST_1', allow }, logger });
  const result = (await environment.run(activities.dial, { ...COMMAND, absentMs: 100 })) as Dialled;
  return { ...result, dials };
}

it('dials while its call lives', async () => {
  expect(await dial({})).toMatchObject({ dials: 1, outcome: 'answered', sid: 'PA_1' });
});

it.each<[string, Scene, RegExp]>([
  ['whose room is gone', { room: false }, /the call is over/],
  ['that is hung up at this moment', { meanwhile: ({ cancel }) => cancel() }, /the call is over/],
  ['that nobody can tell of', { room: new TypeError('fetch failed') }, /LiveKit did not say.*fetch failed/],
  ['that may not go there any more', { allow: ['+4989'] }, /PHONE_ALLOW/],
  ['of minutes ago', { lateMs: 60_000 }, /60 s late/],
])('dials nothing for a call %s', async (_what, scene, detail) => {
  expect(await dial(scene)).toMatchObject({
    ...{ dials: 0, outcome: 'carrier-rejected' },
    detail: expect.stringMatching(detail) as string,
    todo: expect.any(String) as string,
  });
});

it('takes a phone for one that rang only when it saw it ring until the end', async () => {
  const seen = (status: string) => ({ sid: 'PA_1', attributes: { 'sip.callStatus': status } });
  const later = { attempt: 2, lateMs: 60_000 };
  expect(await dial({ ...later, line: () => seen('ringing') })).toMatchObject({ outcome: 'no-answer' });
  const away = () => {
    throw new TypeError('fetch failed');
  };
  expect(await dial({ ...later, line: away })).toMatchObject({ dials: 0, outcome: 'lost' });
});
