import { activityInfo, Context } from '@temporalio/activity';
import type { RoomServiceClient, SipClient } from 'livekit-server-sdk';
import { CALLER_IDENTITY } from '../contract/index.js';
import type { Dialled } from '../contract/index.js';
import type { Logger } from '../platform/logger.js';
import { heartbeating } from './heartbeats.js';
import { remove, request } from './livekit-errors.js';
import { whyNotDial } from './may-dial.js';
import { outboundTrunk } from './outbound-trunk.js';
import { dialError, withoutNumber } from './phone-errors.js';
import { adoptLine } from './phone-line.js';
import type { Dial, PhoneActivities } from './types.js';

interface Deps {
  sip: SipClient;
  rooms: RoomServiceClient;
  phone: { trunkId: string | undefined; allow: readonly string[] };
  logger: Logger;
}

/** Our request outlasts LiveKit's own, which outlasts the ringing. Seconds. */
const MARGIN_SECONDS = 5;
/** The same, where only the line is looked at. Milliseconds. */
const MARGIN_MS = 5_000;

export function dialActivities({ sip, rooms, phone, logger }: Deps): Pick<PhoneActivities, 'dial' | 'hangUpPhone'> {
  return {
    /**
     * LiveKit has no idempotency key for dialling. So only the very first try dials; whatever became of that, every
     * later one looks at the line in the room, and adopts it.
     */
    async dial(command) {
      const { callId, room } = command;
      const first = activityInfo().attempt === 1;
      logger.info(first ? 'Dialling' : 'Looking for the phone that was dialled', { callId, room });
      const result = await heartbeating(() => (first ? unlessShutDown(place(command)) : adopted(command)));
      const { outcome, sipCode } = result;
      const detail = withoutNumber(result.detail, command.phone);
      logger.info(`Dialled: ${outcome}`, { callId, room, detail, ...(sipCode && { sipCode }) });
      return { ...result, detail };
    },

    async hangUpPhone({ room }) {
      const found = await request(`look for room ${room}`, () => rooms.listRooms([room]));
      if (found.length > 0) await remove(`delete room ${room}`, () => rooms.deleteRoom(room));
    },
  };

  async function place(command: Dial): Promise<Dialled> {
    const { callId, room, phone: number, maxDurationMs } = command;
    const ringSeconds = Math.max(1, Math.ceil(command.ringMs / 1_000));
    const trunk = await outboundTrunk(sip, phone.trunkId);
    if ('outcome' in trunk) return trunk;
    const unwanted = await whyNotDial(rooms, phone.allow, command);
    if (unwanted) return unwanted;
    const began = Date.now();
    try {
      const { participantId: sid } = await sip.createSipParticipant(trunk.id, number, room, {
        participantIdentity: CALLER_IDENTITY,
        participantName: 'Phone',
        hidePhoneNumber: true,
        waitUntilAnswered: true,
        ringingTimeout: ringSeconds,
        // The carrier's bill ends even when nothing of ours is left to end it.
        maxCallDuration: Math.ceil(maxDurationMs / 1_000),
        timeout: ringSeconds + MARGIN_SECONDS,
      });
      return { outcome: 'answered', sid, detail: 'answered' };
    } catch (error) {
      const found = dialError(error, { rangMs: Date.now() - began, ringMs: ringSeconds * 1_000 });
      if ('dialled' in found) return found.dialled;
      if (found.look === 'line given up') return adopted(command, found.otherwise, 0);
      logger.warn("LiveKit's answer to a dial was lost: looking for the phone", { callId, room, error });
      return adopted(command, found.otherwise);
    }
  }

  async function adopted(
    { room, ringMs, absentMs }: Dial,
    otherwise: Dialled = { outcome: 'lost', detail: 'the call worker that dialled is gone, and so is the line' },
    mayComeMs = absentMs,
  ): Promise<Dialled> {
    const until = activityInfo().scheduledTimestampMs + ringMs + MARGIN_MS;
    const line = await adoptLine(rooms, room, { absentMs: mayComeMs, until });
    if (typeof line === 'object') return { outcome: 'answered', ...line, detail: 'answered, as found' };
    return line === 'gone' ? otherwise : { outcome: 'no-answer', detail: `nobody answered within ${ringMs} ms` };
  }
}

/**
 * A worker that shuts down leaves the line to the next one. The end of the call is no reason to stop waiting: its room
 * is deleted, LiveKit gives the line up, and then it is known that no phone rings any more.
 */
async function unlessShutDown<T>(work: Promise<T>): Promise<T> {
  const context = Context.current();
  const shutDown = context.cancelled.catch((error: unknown) => {
    if (context.cancellationDetails?.workerShutdown) throw error;
    return work;
  });
  return Promise.race([work, shutDown]);
}
