import { RoomAgentDispatch } from 'livekit-server-sdk';
import type { RoomServiceClient } from 'livekit-server-sdk';
import { ApplicationFailure } from '@temporalio/activity';
import { CALLER_IDENTITY, ROOM_GONE } from '../contract/index.js';
import type { Logger } from '../platform/logger.js';
import type { Follow } from './call-events/follow.js';
import { isNotFound, remove, request } from './livekit-errors.js';
import { jobMetadata } from './own-agent.js';
import type { JobEnv } from './own-agent.js';
import type { CallActivities, Dispatch, OwnedRoom } from './types.js';

interface Deps {
  rooms: RoomServiceClient;
  /** Temporal namespace, written into each room. */
  namespace: string;
  logger: Logger;
  env: JobEnv;
  follow?: Follow | undefined;
}

/** LiveKit closes empty rooms itself, should everything of ours be gone; a minute later than we would give up. */
const seconds = (ms: number): number => Math.ceil(ms / 1_000) + 60;

export function roomActivities({
  rooms,
  namespace,
  logger,
  env,
  follow,
}: Deps): Pick<CallActivities, 'createRoom' | 'takeRoomOver' | 'deleteRoom' | 'lookAtRoom'> {
  /** Names the call, so that the janitor knows whose room this is and touches no other. */
  const mark = ({ callId, org, own }: OwnedRoom) =>
    JSON.stringify({ durableCalls: { namespace, callId, org, ...(own && { own }) } });

  const agentOf = async (dispatch: Dispatch) =>
    new RoomAgentDispatch({
      agentName: dispatch.agentName,
      metadata: JSON.stringify(await jobMetadata(dispatch, env)),
    });

  return {
    /** LiveKit answers with the room that exists when the name is taken, and dispatches only once, so this may run again. */
    async createRoom({ emptyMs, departureMs, dispatch, ...owned }) {
      const { room, callId, org } = owned;
      const began = Date.now();
      await follow?.({ callId, org });
      const agents = dispatch && [await agentOf(dispatch)];
      await request(`create room ${room}`, () =>
        rooms.createRoom({
          name: room,
          metadata: mark(owned),
          emptyTimeout: seconds(emptyMs),
          departureTimeout: seconds(departureMs),
          ...(agents && { agents }),
        }),
      );
      if (dispatch)
        logger.info(`Dispatched LiveKit agent (attempt: ${dispatch.metadata.attempt})`, {
          ...{ callId, room, attempt: dispatch.metadata.attempt },
          ms: Date.now() - began,
        });
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
