import type { Client } from '@temporalio/client';
import type { ParticipantInfo, Room, RoomServiceClient } from 'livekit-server-sdk';
import { isOver, statusOf } from '../calls/executions.js';
import { callIdOfSip, callWorkflowId, SIP_ATTRIBUTES } from '../contract/index.js';
import type { Logger } from '../platform/logger.js';
import type { Announce } from './announce.js';
import { remove, request } from './livekit-errors.js';

/** Younger ones have their webhook on the way. Milliseconds. */
const YOUNG_MS = 3_000;

interface Deps {
  client: Client;
  rooms: RoomServiceClient;
  namespace: string;
  logger: Logger;
  announce: Announce;
}

/** Rooms that our dispatch rule has made and no call has taken over: the webhook was lost, or its call is over. */
export async function ringingPhones(deps: Deps, all: Room[]): Promise<string[]> {
  const { rooms, namespace, logger } = deps;
  const waiting = all.filter(
    (room) => isUnclaimed(room, namespace) && Date.now() - Number(room.creationTime) * 1_000 > YOUNG_MS,
  );
  const announced: string[] = [];
  for (const room of waiting) {
    try {
      const there = await request(`look at room ${room.name}`, () => rooms.listParticipants(room.name));
      const phone = there.find(
        ({ attributes }) => attributes[SIP_ATTRIBUTES.callId] && attributes[SIP_ATTRIBUTES.ruleId],
      );
      if (phone && (await settle(deps, room, phone))) announced.push(room.name);
    } catch (error) {
      // The others must not wait for it, and the janitor comes round again.
      logger.warn('Janitor: nobody could be told of a phone that rings', { room: room.name, cause: String(error) });
    }
  }
  return announced;
}

/** True when the gateway was told. */
async function settle({ client, rooms, logger, announce }: Deps, room: Room, phone: ParticipantInfo): Promise<boolean> {
  const callId = callIdOfSip(phone.attributes[SIP_ATTRIBUTES.callId] ?? '');
  const status = await statusOf(client, callWorkflowId(callId));
  if (status === undefined) {
    await announce(room, phone);
    logger.warn('A phone rings and has no call: no webhook had told of it, so the gateway is told now', {
      callId,
      room: room.name,
    });
    return true;
  }
  if (isOver(status)) {
    await remove(`delete orphaned room ${room.name}`, () => rooms.deleteRoom(room.name));
    logger.warn('Deleted a room whose call is over', { callId, room: room.name });
  }
  return false;
}

function isUnclaimed({ metadata }: Room, namespace: string): boolean {
  try {
    const { durableCalls } = JSON.parse(metadata) as { durableCalls?: Record<string, unknown> };
    return durableCalls?.namespace === namespace && durableCalls.inbound === true && durableCalls.callId === undefined;
  } catch {
    return false;
  }
}
