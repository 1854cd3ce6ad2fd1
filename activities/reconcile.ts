import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Room, RoomServiceClient } from 'livekit-server-sdk';
import { executions, isOver, statusOf } from '../calls/executions.js';
import { CALL_WORKFLOW_TYPE, callIdOfRoom, callIdOfWorkflow, callWorkflowId, MESSAGES } from '../contract/index.js';
import type { RoomEvent } from '../contract/index.js';
import type { Logger } from '../platform/logger.js';
import type { Announce } from './announce.js';
import { remove, request } from './livekit-errors.js';
import { ringingPhones } from './ringing-phones.js';
import type { CallActivities, Reconciled } from './types.js';

interface Deps {
  client: Client;
  rooms: RoomServiceClient;
  namespace: string;
  logger: Logger;
  announce: Announce;
}

/** Calls in these stages have a room of their own. */
const WITH_ROOM = ['dispatch', 'agent-ready', 'dial', 'caller', 'flow'].map((stage) => `"${stage}"`).join(', ');

/**
 * The janitor: for what no workflow can do any more (terminated, its workers gone for good) and for what nobody told
 * one (a webhook that never came). It touches no room that is not ours.
 */
export function reconcileActivities(deps: Deps): Pick<CallActivities, 'reconcile'> {
  const { client, rooms, namespace, logger } = deps;
  return {
    async reconcile({ olderThanMs }): Promise<Reconciled> {
      const now = Date.now();
      const all = await request('list rooms', () => rooms.listRooms());
      const deleted: string[] = [];
      for (const room of all.filter(({ creationTime }) => now - Number(creationTime) * 1_000 > olderThanMs)) {
        const callId = callOfRoom(room, namespace);
        if (callId !== undefined && (await deleteOrphan(room, callId))) deleted.push(room.name);
      }
      const announced = await ringingPhones(deps, all);
      const hinted = await hintRoomless(new Set(all.map((room) => callOfRoom(room, namespace))));
      return { deleted, hinted, ...(announced.length > 0 && { announced }) };
    },
  };

  async function deleteOrphan(room: Room, callId: string): Promise<boolean> {
    try {
      const status = await statusOf(client, callWorkflowId(callId));
      // The room says itself that it is ours: then a call that Temporal has forgotten is over, too.
      if (status === undefined ? !hasOurMetadata(room) : !isOver(status)) return false;
      await remove(`delete orphaned room ${room.name}`, () => rooms.deleteRoom(room.name));
      logger.warn('Deleted a room whose call is over', { callId, room: room.name });
      return true;
    } catch (error) {
      // The others, and phones that ring, must not wait for it, and the janitor comes round again.
      logger.warn('Janitor: a room was left as it is', { callId, room: room.name, cause: String(error) });
      return false;
    }
  }

  async function hintRoomless(withRoom: Set<string | undefined>): Promise<string[]> {
    const hinted: string[] = [];
    const query = `WorkflowType = "${CALL_WORKFLOW_TYPE}" AND ExecutionStatus = "Running" AND CallStage IN (${WITH_ROOM})`;
    for await (const { workflowId } of executions(client, query)) {
      const callId = callIdOfWorkflow(workflowId);
      if (callId === undefined || withRoom.has(callId)) continue;
      const event: RoomEvent = { kind: 'room-finished', at: Date.now() };
      try {
        await client.workflow.getHandle(workflowId).signal(MESSAGES.roomEvent, event);
        hinted.push(callId);
      } catch (error) {
        // Closed meanwhile; else the others must not wait for it, and the janitor comes round again.
        if (!(error instanceof WorkflowNotFoundError))
          logger.warn('Janitor: a call was not told that its room is gone', { callId, cause: String(error) });
      }
    }
    return hinted;
  }
}

const hasOurMetadata = (room: Room): boolean => marking(room) !== undefined;

/** The call a room belongs to: by its metadata, or, brought back by a late joiner and so without any, by its name. */
function callOfRoom(room: Room, namespace: string): string | undefined {
  const mark = marking(room);
  if (mark) return mark.namespace === namespace ? mark.callId : undefined;
  return room.metadata ? undefined : callIdOfRoom(room.name);
}

function marking({ metadata }: Room): { namespace: string; callId: string } | undefined {
  try {
    const { durableCalls } = JSON.parse(metadata) as { durableCalls?: { namespace: string; callId: string } };
    return typeof durableCalls?.callId === 'string' ? durableCalls : undefined;
  } catch {
    return undefined;
  }
}
