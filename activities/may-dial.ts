import { activityInfo, Context } from '@temporalio/activity';
import type { RoomServiceClient } from 'livekit-server-sdk';
import { isAllowedDestination } from '../contract/index.js';
import type { Dialled } from '../contract/index.js';
import { answerOf } from './before-dialling.js';
import { rejected } from './phone-errors.js';
import type { Dial } from './types.js';

/** As late as a call may begin at most, unless START_BY_MS says otherwise. Milliseconds. */
const LATE_MS = 30_000;

/**
 * Why a phone must not ring, at the last moment before it would: between the request and now the call may have ended,
 * the operator may have thought better of it, or no worker may have been there. Undefined: it may.
 */
export async function whyNotDial(
  rooms: RoomServiceClient,
  allow: readonly string[],
  { room, phone }: Dial,
): Promise<Dialled | undefined> {
  if (!isAllowedDestination(phone, allow))
    return rejected('nothing was dialled: PHONE_ALLOW does not allow it, or not any more', ALLOW_IT);
  const found = await answerOf('say whether the room is there', () => rooms.listRooms([room]));
  if ('outcome' in found) return found;
  if (found.answer.length === 0 || Context.current().cancellationDetails?.cancelRequested)
    return rejected('nothing was dialled: the call is over, or LiveKit has lost its room', LOOK_AT_CALL);
  const lateMs = Date.now() - activityInfo().scheduledTimestampMs;
  if (lateMs > LATE_MS)
    return rejected(`nothing was dialled: it would have been ${Math.round(lateMs / 1_000)} s late`, KEEP_UP);
  return undefined;
}

const ALLOW_IT = 'Call workers read PHONE_ALLOW, too: where it is right, give them the same and restart them.';
const LOOK_AT_CALL = "If nobody hung up, look into LiveKit's log for the room.";
const KEEP_UP = 'Check that call workers run and keep up, and that LiveKit answers them; then call again.';
