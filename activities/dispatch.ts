import { activityInfo, ApplicationFailure } from '@temporalio/activity';
import type { AgentDispatchClient, RoomServiceClient } from 'livekit-server-sdk';
import { agentIdentity, ROOM_GONE } from '../contract/index.js';
import type { DispatchMetadata } from '../contract/index.js';
import type { Logger } from '../platform/logger.js';
import { isNotFound, remove, request } from './livekit-errors.js';
import { jobMetadata } from './own-agent.js';
import type { JobEnv } from './own-agent.js';
import type { CallActivities } from './types.js';

interface Deps {
  dispatches: AgentDispatchClient;
  rooms: RoomServiceClient;
  logger: Logger;
  env: JobEnv;
}

export function dispatchActivities(deps: Deps): Pick<CallActivities, 'dispatchAgent' | 'withdrawAgent'> {
  const { dispatches, rooms, logger, env } = deps;

  /** Ids of the dispatches of one attempt. LiveKit's API has no idempotency key; the attempt in the metadata is ours. */
  async function ofAttempt(room: string, attempt: number): Promise<string[]> {
    const all = await dispatches.listDispatch(room).catch((error: unknown) => {
      if (isNotFound(error)) return [];
      throw error;
    });
    return all.filter(({ metadata }) => attemptOf(metadata) === attempt).map(({ id }) => id);
  }

  const exists = async (room: string): Promise<boolean> =>
    (await request(`look for room ${room}`, () => rooms.listRooms([room]))).length > 0;

  async function mustExist(room: string): Promise<void> {
    if (!(await exists(room)))
      throw ApplicationFailure.create({ message: `room ${room} is gone`, type: ROOM_GONE, nonRetryable: true });
  }

  return {
    async dispatchAgent(dispatch) {
      const { room, agentName } = dispatch;
      const { callId, attempt } = dispatch.metadata;
      const fields = { callId, room, attempt };
      const began = Date.now();
      try {
        // A server that creates rooms on demand would make an empty one for a call that lost its own.
        if (attempt > 1) await mustExist(room);
        await request(`dispatch agent ${agentName} to ${room}`, async () => {
          // Only a retry can find one: the first try saves the round trip.
          const again = activityInfo().attempt > 1;
          if (again && (await ofAttempt(room, attempt)).length > 0) return;
          const metadata = JSON.stringify(await jobMetadata(dispatch, env));
          await dispatches.createDispatch(room, agentName, { metadata });
        });
      } catch (error) {
        const { message } = error as Error;
        logger.warn(`Agent dispatch failed (attempt ${activityInfo().attempt})`, { ...fields, cause: message });
        throw error;
      }
      logger.info(`Dispatched LiveKit agent (attempt: ${attempt})`, { ...fields, ms: Date.now() - began });
    },

    async withdrawAgent({ room, attempt, identity = agentIdentity(attempt) }) {
      // A room that is gone took both along. LiveKit answers 503, not 404, when asked for a gone room's dispatches.
      if (!(await exists(room))) return;
      for (const id of await request(`list dispatches of ${room}`, () => ofAttempt(room, attempt)))
        await remove(`delete dispatch ${id} of ${room}`, () => dispatches.deleteDispatch(id, room));
      // LiveKit forgets to remove an agent whose worker has reconnected meanwhile.
      await remove(`remove ${identity} from ${room}`, () => rooms.removeParticipant(room, identity));
    },
  };
}

function attemptOf(metadata: string): number | undefined {
  try {
    return (JSON.parse(metadata) as DispatchMetadata).attempt;
  } catch {
    return undefined; // not ours
  }
}
