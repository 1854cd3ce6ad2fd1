import { sleep } from '@temporalio/activity';
import type { RoomServiceClient } from 'livekit-server-sdk';
import { CALLER_IDENTITY } from '../contract/index.js';
import { isNotFound } from './livekit-errors.js';

/** LiveKit's attribute of a phone in a room: dialing, ringing, automation, active, hangup. */
const CALL_STATUS = 'sip.callStatus';
const LOOK_EVERY_MS = 300;

/** The phone in the room, as LiveKit lists it; undefined when there is none, or none any more. */
export async function lineIn(
  rooms: RoomServiceClient,
  room: string,
  identity = CALLER_IDENTITY,
): Promise<{ sid: string; answered: boolean } | undefined> {
  try {
    const { sid, attributes } = await rooms.getParticipant(room, identity);
    const status = attributes[CALL_STATUS];
    return status === undefined || status === 'hangup' ? undefined : { sid, answered: status === 'active' };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

interface Watch {
  /** A phone that is not in the room may still come for so long. Milliseconds. */
  absentMs: number;
  /** It may ring until then. Milliseconds since the epoch. */
  until: number;
}

/**
 * Waits for the answer of a phone that was dialled before. Never dials. While LiveKit itself does not answer there is
 * nothing to be seen, and that counts for nothing: only a phone that the last look has seen "rings on".
 */
export async function adoptLine(
  rooms: RoomServiceClient,
  room: string,
  { absentMs, until }: Watch,
): Promise<{ sid: string } | 'gone' | 'rings on'> {
  let here = false;
  let absentSince: number | undefined;
  for (;;) {
    const line = await lineIn(rooms, room).catch(() => 'no answer' as const);
    const now = Date.now();
    if (line === undefined) {
      absentSince ??= now;
      if (here || now - absentSince >= absentMs) return 'gone';
    } else if (line !== 'no answer') {
      if (line.answered) return { sid: line.sid };
      here = true;
    }
    if (now > until) return typeof line === 'object' ? 'rings on' : 'gone';
    await sleep(LOOK_EVERY_MS);
  }
}
