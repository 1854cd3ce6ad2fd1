import { DisconnectReason, RoomEvent } from '@livekit/rtc-node';
import type { RemoteParticipant, Room } from '@livekit/rtc-node';
import { CALLER_IDENTITY } from '../../contract/index.js';
import type { RoomEvent as RoomMessage } from '../../contract/index.js';

/** Tells the call who comes and goes; call it before connecting, so that nobody is missed. */
export function reportCaller(room: Room, report: (event: RoomMessage) => void): { reportPresent: () => void } {
  const tell = (kind: 'joined' | 'left', participant: RemoteParticipant) => {
    const { identity, sid, disconnectReason } = participant;
    if (identity !== CALLER_IDENTITY || !sid) return;
    const intentional = kind === 'left' && disconnectReason === DisconnectReason.CLIENT_INITIATED;
    report({ kind, identity, sid, at: Date.now(), ...(intentional && { intentional }) });
  };
  room.on(RoomEvent.ParticipantConnected, (participant) => tell('joined', participant));
  room.on(RoomEvent.ParticipantDisconnected, (participant) => tell('left', participant));
  return { reportPresent: () => room.remoteParticipants.forEach((participant) => tell('joined', participant)) };
}
