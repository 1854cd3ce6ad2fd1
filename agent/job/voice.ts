import { AudioSource, LocalAudioTrack, TrackPublishOptions, TrackSource } from '@livekit/rtc-node';
import type { LocalTrackPublication, Room } from '@livekit/rtc-node';
import type { Said, Say } from '../../contract/index.js';
import { SpeechFailed } from './speech.js';
import type { Speech } from './speech.js';

/** The agent lives but the caller hears nothing of it: nobody subscribed, or the provider hangs. */
export class Silent extends Error {}

/** How far synthesis may run ahead of what is heard; what is queued is dropped when speech is interrupted. */
const QUEUE_MS = 1_000;

/** The agent's voice in the room: one audio track, published once, that carries every `say`. */
export class Voice {
  private constructor(
    private readonly source: AudioSource,
    private readonly publication: LocalTrackPublication,
    private readonly speech: Speech,
  ) {}

  static async publish(room: Room, speech: Speech): Promise<Voice> {
    const source = new AudioSource(speech.sampleRate, 1, QUEUE_MS);
    const track = LocalAudioTrack.createAudioTrack('agent', source);
    const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
    const publication = await room.localParticipant!.publishTrack(track, options);
    return new Voice(source, publication, speech);
  }

  /**
   * Speaks and resolves when the caller has heard the last word, or `signal` cut it short.
   *
   * @throws Silent when nobody subscribes to the agent's audio, or no audio comes, within `silenceMs`
   * @throws SpeechFailed when the provider fails or gives nothing
   */
  async say({ text, upcoming, silenceMs }: Say, onAudible: () => void, signal: AbortSignal): Promise<Said> {
    const began = performance.now();
    this.speech.prepare(text); // meanwhile: audio sent before anyone subscribed would be lost
    await this.within(silenceMs, this.publication.waitForSubscription(), 'nobody in the room subscribed to its audio');
    let playedMs = 0;
    let firstAudioMs = 0;
    const interrupt = () => this.source.clearQueue();
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      const frames = this.speech.speak(text, signal)[Symbol.asyncIterator]();
      for (;;) {
        const { value: frame, done } = await this.within(silenceMs, frames.next(), 'its speech provider gave no audio');
        if (done || signal.aborted) break;
        await this.source.captureFrame(frame);
        if (playedMs === 0) {
          firstAudioMs = Math.round(performance.now() - began);
          onAudible();
          if (upcoming) this.speech.prepare(upcoming);
        }
        playedMs += (frame.samplesPerChannel / frame.sampleRate) * 1000;
      }
      await this.source.waitForPlayout();
    } finally {
      signal.removeEventListener('abort', interrupt);
    }
    if (playedMs === 0 && !signal.aborted) throw new SpeechFailed('no audio was played');
    return { playedMs: Math.round(playedMs), firstAudioMs };
  }

  private async within<T>(ms: number, step: Promise<T>, otherwise: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Silent(`${otherwise} within ${ms} ms`)), ms);
    });
    try {
      return await Promise.race([step, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
