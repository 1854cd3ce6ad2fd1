import { Room, RoomEvent, Track, type RemoteTrack } from 'livekit-client';
import { listen } from './sound.js';

export interface JoinOptions {
  livekit: { url: string; token: string };
  /** Where the agent is heard. */
  audio: HTMLAudioElement;
  onLevel?: (level: number) => void;
  /** The first sound of the agent, once. */
  onHeard?: () => void;
  onLeft?: () => void;
}

/** A caller in a call's room. */
export class JoinedCall {
  private readonly room = new Room({ adaptiveStream: false, disconnectOnPageLeave: true });
  private heard = false;

  constructor(private readonly options: JoinOptions) {
    this.room.on(RoomEvent.TrackSubscribed, (track) => this.play(track));
    this.room.on(RoomEvent.TrackUnsubscribed, (track) => track.detach());
    this.room.on(RoomEvent.Disconnected, () => options.onLeft?.());
  }

  async join(): Promise<void> {
    const { url, token } = this.options.livekit;
    await this.room.connect(url, token);
  }

  /** Asks for the microphone. @throws when the browser or the person says no; the call goes on without it. */
  async speak(): Promise<void> {
    await this.room.localParticipant.setMicrophoneEnabled(true);
  }

  leave = (): Promise<void> => this.room.disconnect();

  private play(track: RemoteTrack): void {
    if (track.kind !== Track.Kind.Audio) return;
    track.attach(this.options.audio);
    listen(track.mediaStreamTrack, (level, audible) => {
      this.options.onLevel?.(level);
      if (!audible || this.heard) return;
      this.heard = true;
      this.options.onHeard?.();
    });
  }
}
