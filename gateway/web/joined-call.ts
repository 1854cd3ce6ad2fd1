import {
  ConnectionError,
  ConnectionErrorReason,
  createLocalAudioTrack,
  LogLevel,
  Room,
  RoomEvent,
  setLogLevel,
  Track,
  type LocalAudioTrack,
  type RemoteTrack,
} from 'livekit-client';
import { TypedText } from '../../client/index.js';
import type { Answering } from './answer.js';
import { listen } from './sound.js';

setLogLevel(LogLevel.error);

/** A call's room may come a moment after the call: LiveKit refuses whoever joins before. Milliseconds. */
const ROOM_MS = 15_000;
const RETRY_MS = 250;
/** Their places are the event codes of RFC 4733. */
const DTMF = '0123456789*#';

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
export class JoinedCall implements Answering {
  private readonly room = new Room({ adaptiveStream: false, disconnectOnPageLeave: true });
  private heard = false;
  private readonly left = new AbortController();
  private readonly typed = new TypedText(this.room, this.left.signal);

  constructor(private readonly options: JoinOptions) {
    this.room.on(RoomEvent.TrackSubscribed, (track) => this.play(track));
    this.room.on(RoomEvent.TrackUnsubscribed, (track) => track.detach());
    this.room.on(RoomEvent.Disconnected, () => options.onLeft?.());
  }

  async join(): Promise<void> {
    const { url, token } = this.options.livekit;
    const until = performance.now() + ROOM_MS;
    for (;;) {
      try {
        return await this.room.connect(url, token);
      } catch (error) {
        if (isFinal(error) || performance.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** Asks for the microphone. @throws when the browser or the person says no; the call goes on without it. */
  async speak(): Promise<void> {
    const { signal } = this.left;
    let track: LocalAudioTrack | undefined;
    try {
      track = await createLocalAudioTrack();
      signal.throwIfAborted(); // whoever was asked may say yes long after the call
      signal.addEventListener('abort', () => track?.stop());
      await this.room.localParticipant.publishTrack(track);
    } catch (error) {
      track?.stop();
      if (!signal.aborted) throw error;
    }
  }

  press = (key: string): Promise<void> => this.room.localParticipant.publishDtmf(DTMF.indexOf(key), key);

  type = (text: string): Promise<void> =>
    this.typed.send(text).catch((error: unknown) => {
      if (!this.left.signal.aborted) throw error; // else nobody waits for it any more
    });

  leave(): Promise<void> {
    this.left.abort();
    return this.room.disconnect();
  }

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

/** The token does not fit, or we left ourselves. */
const isFinal = (error: unknown): boolean =>
  error instanceof ConnectionError &&
  [ConnectionErrorReason.NotAllowed, ConnectionErrorReason.Cancelled].includes(error.reason);
