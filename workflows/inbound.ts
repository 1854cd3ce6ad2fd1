import { isCancellation } from '@temporalio/workflow';
import { isOwnFlow, ROOM_GONE } from '../contract/index.js';
import type { CallInput } from '../contract/index.js';
import { livekit } from './activities.js';
import { failureType, reason } from './failures.js';
import type { Participants } from './participants.js';
import { EndCall } from './state.js';
import type { CallState } from './state.js';

/**
 * A call that came in by phone: LiveKit has made the room and the caller is in it, hearing the phone ring until an agent
 * publishes its voice. Whatever becomes of the call, from now on it is answerable for the room.
 */
export function arrive(call: CallState, participants: Participants, deleteRoomLater: () => void): void {
  deleteRoomLater();
  const { callerSid: sid = '' } = call.input.inbound ?? {};
  participants.apply({ kind: 'joined', identity: call.caller, sid, at: call.startedAt });
}

/** The room goes, and the phone that still rings is told that it is busy. @throws EndCall */
export function declineIfSo({ declined }: CallInput): void {
  if (declined) throw new EndCall(declined.reason, declined.detail);
}

/** Writes the call into its room, so that webhooks and the janitor know whose it is. @throws EndCall */
export async function takeRoomOver(call: CallState): Promise<undefined> {
  const { room, callId, org, policy, flow } = call.input;
  call.enter('room');
  try {
    const own = isOwnFlow(flow) && { own: true };
    await livekit(policy, policy.setupMs).takeRoomOver.executeWithOptions({ summary: room }, [
      { room, callId, org, ...own },
    ]);
  } catch (error) {
    if (isCancellation(error)) throw error;
    if (failureType(error) === ROOM_GONE)
      throw new EndCall('caller-abandoned', 'The caller hung up before the call began. Nothing to do.', 'caller');
    throw new EndCall(
      'room-create-failed',
      `LiveKit did not let the call take its room over: ${reason(error)}. Check that the call worker reaches LiveKit and that its API key is valid.`,
    );
  }
}
