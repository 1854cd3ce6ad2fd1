import { inference, VADEventType } from '@livekit/agents';
import type { VADStream } from '@livekit/agents';
import { AudioStream, RoomEvent, TrackKind } from '@livekit/rtc-node';
import type { AudioFrame, RemoteTrack, Room } from '@livekit/rtc-node';
import { CALLER_IDENTITY } from '../../contract/index.js';
import type { ExpectedAnswer } from '../../contract/index.js';
import { SPEECH_RATE } from '../providers/stt/recogniser.js';
import type { Recogniser } from '../providers/stt/recogniser.js';

/** What came of a stretch of speech; without `words` it was not understood. */
export interface Utterance {
  words?: string;
}

export interface Listener {
  started(): void;
  /** Undefined: it was no speech after all. */
  ended(utterance?: Utterance): void;
}

/** Milliseconds. A cough is shorter than the first; people pause between words for less than the second. */
const DETECTION = {
  minSpeechDuration: 120,
  minSilenceDuration: 600,
  prefixPaddingDuration: 300,
  maxBufferedSpeech: 20_000,
};

/** The caller's voice. Nothing is loaded and no audio is decoded before someone listens. */
export class Hearing {
  private listener: Listener | undefined;
  private expect: ExpectedAnswer | undefined;
  private speaking = false;
  private opened = false;

  constructor(
    private readonly room: Room,
    private readonly recogniser: Recogniser,
    private readonly warn: (message: string, error: unknown) => void,
  ) {}

  /** Listens for answers to a question, if speech can answer it. The result stops it. */
  listen(expect: ExpectedAnswer, language: string | undefined, listener: Listener): () => void {
    let stopped = false;
    const begin = (can: boolean) => {
      if (can && !stopped) this.attend(listener, expect);
    };
    this.recogniser.prepare(expect, language).then(begin, (error) => this.warn('Speech is not recognised', error));
    return () => {
      stopped = true;
      this.forget(listener);
    };
  }

  /** Tells when the caller begins to speak. The result stops it. */
  onBargeIn(tell: () => void): () => void {
    const listener: Listener = { started: tell, ended: () => undefined };
    this.attend(listener, undefined);
    return () => this.forget(listener);
  }

  private attend(listener: Listener, expect: ExpectedAnswer | undefined): void {
    this.listener = listener;
    this.expect = expect;
    this.open();
    if (this.speaking) listener.started();
  }

  private forget(listener: Listener): void {
    if (this.listener === listener) this.listener = undefined;
  }

  private open(): void {
    if (this.opened) return;
    this.opened = true;
    const caller = this.room.remoteParticipants.get(CALLER_IDENTITY);
    for (const { track } of caller?.trackPublications.values() ?? []) if (track) this.follow(track);
    this.room.on(RoomEvent.TrackSubscribed, (track, _, { identity }) => {
      if (identity === CALLER_IDENTITY) this.follow(track);
    });
  }

  private follow(track: RemoteTrack): void {
    if (track.kind !== TrackKind.KIND_AUDIO) return;
    const stream = new inference.VAD(DETECTION).stream();
    const failed = (error: unknown) => this.warn('The caller is not listened to any more', error);
    this.feed(track, stream).catch(failed);
    this.detect(stream).catch(failed);
  }

  private async feed(track: RemoteTrack, stream: VADStream): Promise<void> {
    const frames = new AudioStream(track, { sampleRate: SPEECH_RATE, numChannels: 1 }).getReader();
    for (let next = await frames.read(); !next.done; next = await frames.read()) stream.pushFrame(next.value);
    stream.close(); // the track has ended
  }

  private async detect(stream: VADStream): Promise<void> {
    let onset = new Int16Array(0);
    for await (const { type, frames } of stream) {
      if (type === VADEventType.START_OF_SPEECH) {
        onset = joined(frames);
        this.speaking = true;
        this.listener?.started();
      } else if (type === VADEventType.END_OF_SPEECH) {
        const speech = joined(frames);
        speech.set(onset); // the framework has overwritten the beginning of its buffer by now
        this.speaking = false;
        await this.understand(speech);
      }
    }
    if (this.speaking) this.listener?.ended();
    this.speaking = false;
  }

  /** Whoever listened when the speech ended gets the words, unless they have stopped meanwhile. */
  private async understand(speech: Int16Array): Promise<void> {
    const { listener, expect } = this;
    const words = expect && (await this.recogniser.hear(expect, speech).catch(this.giveUp));
    if (this.listener === listener) listener?.ended(words === undefined ? {} : { words });
  }

  private readonly giveUp = (error: unknown): undefined => {
    this.warn('Speech was not recognised', error);
  };
}

/** A copy. */
function joined(frames: AudioFrame[]): Int16Array<ArrayBuffer> {
  const samples = new Int16Array(frames.reduce((sum, { data }) => sum + data.length, 0));
  frames.reduce((at, { data }) => (samples.set(data, at), at + data.length), 0);
  return samples;
}
