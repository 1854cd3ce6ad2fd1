import type { RoomServiceClient } from 'livekit-server-sdk';
import { ApplicationFailure } from '@temporalio/activity';
import { CALLER_IDENTITY, ROOM_GONE } from '../contract/index.js';
import type { Follow } from './call-events/follow.js';
import { isNotFound, remove, request } from './livekit-errors.js';
import type { CallActivities, OwnedRoom } from './types.js';

/** LiveKit closes empty rooms itself, should everything of ours be gone; a minute later than we would give up. */
const seconds = (ms: number): number => Math.ceil(ms / 1_000) + 60;

export function roomActivities(
  rooms: RoomServiceClient,
  namespace: string,
  follow?: Follow,
): Pick<CallActivities, 'createRoom' | 'takeRoomOver' | 'deleteRoom' | 'lookAtRoom'> {
  /** Names the call, so that the janitor knows whose room this is and touches no other. */
  const mark = ({ callId, org, own }: OwnedRoom) =>
    JSON.stringify({ durableCalls: { namespace, callId, org, ...(own && { own }) } });

  return {
    /** LiveKit answers with the room that exists when the name is taken, so this may run again. */
    async createRoom({ emptyMs, departureMs, ...owned }) {
      const { room, callId, org } = owned;
      await follow?.({ callId, org });
      await request(`create room ${room}`, () =>
        rooms.createRoom({
          name: room,
          metadata: mark(owned),
          emptyTimeout: seconds(emptyMs),
          departureTimeout: seconds(departureMs),
        }),
      );
    },

    async takeRoomOver(owned) {
      const { room, callId, org } = owned;
      await follow?.({ callId, org });
      const there = await request(`take room ${room} over`, () =>
        rooms.updateRoomMetadata(room, mark(owned)).catch((error: unknown) => {
          if (isNotFound(error)) return undefined;
          throw error;
        }),
      );
      if (!there)
        throw ApplicationFailure.create({ message: `room ${room} is gone`, type: ROOM_GONE, nonRetryable: true });
    },

    async deleteRoom({ room }) {
      await remove(`delete room ${room}`, () => rooms.deleteRoom(room));
    },

    async lookAtRoom({ room, caller = CALLER_IDENTITY }) {
      return request(`look at room ${room}`, async () => {
        const [found] = await rooms.listRooms([room]);
        if (!found) return { exists: false, identities: [] };
        const participants = await rooms.listParticipants(room);
        const callerSid = participants.find(({ identity }) => identity === caller)?.sid;
        const identities = participants.map(({ identity }) => identity);
        return { exists: true, identities, ...(callerSid && { callerSid }) };
      });
    },
  };
}
