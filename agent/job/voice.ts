import { AudioSource, LocalAudioTrack, TrackPublishOptions, TrackSource } from '@livekit/rtc-node';
import type { LocalTrackPublication, Room } from '@livekit/rtc-node';
import type { Said, Say } from '../../contract/index.js';
import { SpeechFailed } from './speech.js';
import type { Speech } from './speech.js';

/** Nobody listens to the agent's audio. */
export class NotHeard extends Error {}

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
   * @throws NotHeard when nobody subscribes to the agent's audio within `silenceMs`
   * @throws SpeechFailed when the provider fails or gives nothing
   */
  async say({ text, upcoming, silenceMs }: Say, onAudible: () => void, signal: AbortSignal): Promise<Said> {
    const began = performance.now();
    this.speech.prepare(text); // meanwhile, should the caller not be listening yet
    await this.heard(silenceMs);
    let playedMs = 0;
    let firstAudioMs = 0;
    const interrupt = () => this.source.clearQueue();
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      for await (const frame of this.speech.speak(text, signal)) {
        if (signal.aborted) break;
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

  /** Audio sent before anyone subscribed is lost, and with it the first words. */
  private async heard(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const why = `nobody in the room subscribed to the agent's audio within ${ms} ms`;
      timer = setTimeout(() => reject(new NotHeard(why)), ms);
    });
    try {
      await Promise.race([this.publication.waitForSubscription(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
