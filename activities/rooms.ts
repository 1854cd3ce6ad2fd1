import type { RoomServiceClient } from 'livekit-server-sdk';
import { remove, request } from './livekit-errors.js';
import type { CallActivities } from './types.js';

/** A room nobody joined is closed by LiveKit itself, should everything of ours be gone. Seconds: LiveKit's unit. */
const EMPTY_TIMEOUT_SECONDS = 120;
/** Longer than a caller's grace, so that LiveKit does not close the room on a caller who comes back. */
const DEPARTURE_TIMEOUT_SECONDS = 60;

export function roomActivities(
  rooms: RoomServiceClient,
  namespace: string,
): Pick<CallActivities, 'createRoom' | 'deleteRoom' | 'lookAtRoom'> {
  return {
    /** LiveKit answers with the room that exists when the name is taken, so this may run again. */
    async createRoom({ room, callId, org }) {
      await request(`create room ${room}`, () =>
        rooms.createRoom({
          name: room,
          // Names the call, so that the janitor knows whose room this is and touches no other.
          metadata: JSON.stringify({ durableCalls: { namespace, callId, org } }),
          emptyTimeout: EMPTY_TIMEOUT_SECONDS,
          departureTimeout: DEPARTURE_TIMEOUT_SECONDS,
        }),
      );
    },

    async deleteRoom({ room }) {
      await remove(`delete room ${room}`, () => rooms.deleteRoom(room));
    },

    async lookAtRoom({ room }) {
      return request(`look at room ${room}`, async () => {
        const [found] = await rooms.listRooms([room]);
        if (!found) return { exists: false, identities: [] };
        const participants = await rooms.listParticipants(room);
        return { exists: true, identities: participants.map(({ identity }) => identity) };
      });
    },
  };
}
