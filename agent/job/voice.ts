import { AudioSource, LocalAudioTrack, TrackPublishOptions, TrackSource } from '@livekit/rtc-node';
import type { LocalTrackPublication, Room } from '@livekit/rtc-node';
import { CALLER_IDENTITY } from '../../contract/index.js';
import type { Said, Say } from '../../contract/index.js';
import { within } from '../../platform/within.js';
import { callerCanHear, nobody } from './caller.js';
import type { Listed } from './caller.js';
import { SpeechFailed } from './speech.js';
import type { Speech } from './speech.js';

/** The agent lives but the caller hears nothing of it: nobody subscribed, or the provider hangs. */
export class Silent extends Error {}

/** How far synthesis may run ahead of what is heard; what is queued is dropped when speech is interrupted. */
const QUEUE_MS = 1_000;
/** With a caller in the room, a subscription takes tens of milliseconds, and a second on a very busy machine. Milliseconds. */
const LOST_MS = 3_000;

const NOBODY = 'nobody in the room subscribed to its audio';

type Words = Pick<Say, 'text' | 'upcoming' | 'silenceMs'>;

interface Around {
  /** Identity of who listens. */
  caller?: string;
  listed?: Listed;
  warn?: (message: string, error: unknown) => void;
}

/** The agent's voice in the room: one audio track, published once, that carries every `say`. */
export class Voice {
  private constructor(
    private readonly room: Room,
    private readonly source: AudioSource,
    private publication: LocalTrackPublication,
    private readonly speech: Speech,
    private readonly around: Required<Around>,
  ) {}

  static async publish(room: Room, speech: Speech, around: Around = {}): Promise<Voice> {
    const source = new AudioSource(speech.sampleRate, 1, QUEUE_MS);
    const defaults = { caller: CALLER_IDENTITY, listed: nobody, warn: () => undefined };
    return new Voice(room, source, await publish(room, source), speech, { ...defaults, ...around });
  }

  /** Starts on words that will probably be spoken soon. */
  prepare(text: string): void {
    if (isSpeakable(text)) this.speech.prepare(text);
  }

  /**
   * Speaks and resolves when the caller has heard the last word, or `signal` cut it short.
   *
   * @throws Silent when nobody subscribes to the agent's audio, or no audio comes, within `silenceMs`
   * @throws SpeechFailed when the provider fails or gives nothing
   */
  async say(words: Words, onAudible: () => void, signal: AbortSignal): Promise<Said> {
    const played = { playedMs: 0, firstAudioMs: 0 };
    if (!isSpeakable(words.text)) return played;
    const drop = () => {
      played.playedMs = Math.max(0, played.playedMs - this.source.queuedDuration);
      this.source.clearQueue();
    };
    signal.addEventListener('abort', drop, { once: true });
    try {
      await unlessAborted(signal, this.play(words, played, onAudible, signal));
    } finally {
      signal.removeEventListener('abort', drop);
      if (signal.aborted) drop(); // the frame that was on its way
    }
    return { playedMs: Math.round(played.playedMs), firstAudioMs: played.firstAudioMs };
  }

  /**
   * Until somebody listens. On a busy machine the audio of a track that was published at once may never reach LiveKit
   * (whose log says "publish time out"): with a caller in the room who hears nothing it is published anew.
   */
  private async subscribed(signal: AbortSignal, ms: number): Promise<void> {
    const until = Date.now() + ms;
    const late = () => new Silent(`the caller did not subscribe to ${this.publication.sid} within ${LOST_MS} ms`);
    while (!signal.aborted && Date.now() < until) {
      try {
        return await within(LOST_MS, this.publication.waitForSubscription(), late);
      } catch (error) {
        if (signal.aborted || !this.room.remoteParticipants.has(this.around.caller)) continue;
        this.around.warn('The agent is not heard: its audio is published anew', error);
        await this.republish();
      }
    }
    if (!signal.aborted) throw new Silent(NOBODY);
  }

  private async republish(): Promise<void> {
    try {
      await this.room.localParticipant!.unpublishTrack(this.publication.sid!);
      this.publication = await publish(this.room, this.source);
    } catch (error) {
      throw new Silent(`its audio could not be published anew: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Counts what it plays in `played`, since it may be left in the middle. */
  private async play(words: Words, played: Said, onAudible: () => void, signal: AbortSignal): Promise<void> {
    const { text, upcoming, silenceMs } = words;
    const began = performance.now();
    this.speech.prepare(text); // meanwhile: audio sent before anyone subscribed would be lost
    await inTime(silenceMs, this.subscribed(signal, silenceMs), NOBODY);
    await callerCanHear(this.room, signal, this.around.caller, this.around.listed);
    const frames = this.speech.speak(text, signal)[Symbol.asyncIterator]();
    for (;;) {
      const { value: frame, done } = await inTime(silenceMs, frames.next(), 'its speech provider gave no audio');
      if (signal.aborted) return;
      if (done) break;
      await inTime(silenceMs + QUEUE_MS, this.source.captureFrame(frame), 'its audio was not taken');
      if (played.playedMs === 0) {
        played.firstAudioMs = Math.round(performance.now() - began);
        onAudible();
        if (upcoming) this.speech.prepare(upcoming);
      }
      played.playedMs += (frame.samplesPerChannel / frame.sampleRate) * 1000;
    }
    await inTime(silenceMs + QUEUE_MS, this.source.waitForPlayout(), 'its audio was not played');
    if (played.playedMs === 0 && !signal.aborted) throw new SpeechFailed('no audio was played');
  }
}

function publish({ localParticipant }: Room, source: AudioSource): Promise<LocalTrackPublication> {
  const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
  return localParticipant!.publishTrack(LocalAudioTrack.createAudioTrack('agent', source), options);
}

/** What has no letter and no digit, such as an unset variable, is silence: no engine gives audio for it. */
const isSpeakable = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

/** Does not wait any longer once `signal` is aborted: neither a subscriber nor a frame need come any more. */
async function unlessAborted(signal: AbortSignal, work: Promise<void>): Promise<void> {
  let stop!: () => void;
  const aborted = new Promise<void>((resolve) => (stop = resolve));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    work.catch(() => undefined); // when left alone
  }
}

const inTime = <T>(ms: number, step: Promise<T>, otherwise: string): Promise<T> =>
  within(ms, step, () => new Silent(`${otherwise} within ${ms} ms`));
