import { ParticipantInfo_State } from 'livekit-server-sdk';
import type { RoomServiceClient } from 'livekit-server-sdk';
import type { ListedCaller } from '../relay/protocol.js';

/**
 * Whom LiveKit's API lists at once: those who are in the room are told of a participant who publishes nothing, such as a
 * caller before the microphone is allowed, only every 3 s (livekit-server, pkg/rtc/room.go `subscriberUpdateInterval`).
 */
export async function listedCaller(
  rooms: Pick<RoomServiceClient, 'getParticipant'>,
  { room, identity }: { room: string; identity: string },
): Promise<ListedCaller | null> {
  try {
    const { sid, state } = await rooms.getParticipant(room, identity);
    return { sid, active: state === ParticipantInfo_State.ACTIVE };
  } catch {
    return null; // not there; or the job learns of it as before
  }
}
