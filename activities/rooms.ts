import type { RoomServiceClient } from 'livekit-server-sdk';
import { CALLER_IDENTITY } from '../contract/index.js';
import type { Follow } from './call-events/follow.js';
import { remove, request } from './livekit-errors.js';
import type { CallActivities } from './types.js';

/** LiveKit closes empty rooms itself, should everything of ours be gone; a minute later than we would give up. */
const seconds = (ms: number): number => Math.ceil(ms / 1_000) + 60;

export function roomActivities(
  rooms: RoomServiceClient,
  namespace: string,
  follow?: Follow,
): Pick<CallActivities, 'createRoom' | 'deleteRoom' | 'lookAtRoom'> {
  return {
    /** LiveKit answers with the room that exists when the name is taken, so this may run again. */
    async createRoom({ room, callId, org, own, emptyMs, departureMs }) {
      await follow?.({ callId, org });
      await request(`create room ${room}`, () =>
        rooms.createRoom({
          name: room,
          // Names the call, so that the janitor knows whose room this is and touches no other.
          metadata: JSON.stringify({ durableCalls: { namespace, callId, org, ...(own && { own }) } }),
          emptyTimeout: seconds(emptyMs),
          departureTimeout: seconds(departureMs),
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
        const callerSid = participants.find(({ identity }) => identity === CALLER_IDENTITY)?.sid;
        const identities = participants.map(({ identity }) => identity);
        return { exists: true, identities, ...(callerSid && { callerSid }) };
      });
    },
  };
}
