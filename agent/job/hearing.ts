import { inference } from '@livekit/agents';
import { AudioStream, RoomEvent, TrackKind } from '@livekit/rtc-node';
import type { RemoteTrack, Room } from '@livekit/rtc-node';
import { CALLER_IDENTITY } from '../../contract/index.js';
import type { ExpectedAnswer } from '../../contract/index.js';
import { within } from '../../platform/within.js';
import { SPEECH_RATE } from '../providers/stt/recogniser.js';
import type { Recogniser } from '../providers/stt/recogniser.js';
import { AHEAD_MS } from './caller-input.js';
import { DETECTION, utterances } from './utterances.js';

/** What came of a stretch of speech; without `words` it was not understood. */
export interface Utterance {
  words?: string;
}

export interface Listener {
  started(): void;
  /** Undefined: it was no speech after all. */
  ended(utterance?: Utterance): void;
}

/** A recogniser that hangs must not silence the question: then nothing was understood. Milliseconds. */
const RECOGNISE_MS = 10_000;

/** The caller's voice. Nothing is loaded and no audio is decoded before someone listens to a caller who has one. */
export class Hearing {
  private listener: Listener | undefined;
  private expect: ExpectedAnswer | undefined;
  private speaking = false;
  private opened = false;
  private hears = false;
  /** Whether what is being said has cut words short that asked nothing. */
  private interrupts = false;
  /** What has done so, until the next question, which it may answer. */
  private early: { speech: Int16Array; at: number } | undefined;
  /** Loads what the question that is listened to needs. */
  private load: (() => void) | undefined;
  /** Settled when the listener knows what came of all speech so far. */
  private told: Promise<void> = Promise.resolve();

  constructor(
    private readonly room: Room,
    private readonly recogniser: Recogniser,
    private readonly warn: (message: string, error: unknown) => void,
    private readonly caller: string = CALLER_IDENTITY,
  ) {}

  /** Listens for answers to a question, if speech can answer it. The result stops it. */
  listen(expect: ExpectedAnswer, language: string | undefined, listener: Listener): () => void {
    const { early } = this;
    this.forget();
    if (!this.recogniser.understands(expect, language)) return () => undefined;
    // At once, while the recogniser still loads: the beginning of an answer must not be missed.
    this.attend(listener, expect);
    this.load = () => void this.prepare(listener, expect, language);
    if (this.hears) this.load();
    if (early && Date.now() - early.at < AHEAD_MS) {
      listener.started();
      this.understand(early.speech);
    }
    return () => this.release(listener);
  }

  /** Drops what was said before, and what is being said unless somebody listens when it ends. */
  forget(): void {
    this.early = undefined;
    this.interrupts = false;
  }

  private async prepare(listener: Listener, expect: ExpectedAnswer, language: string | undefined): Promise<void> {
    try {
      if (await this.recogniser.prepare(expect, language)) return;
    } catch (error) {
      this.warn('Speech is not recognised', error);
    }
    if (this.listener === listener) listener.ended();
    this.release(listener);
  }

  /** Tells when the caller begins to speak, and leaves what they say to the next question. The result stops it. */
  onBargeIn(tell: () => void): () => void {
    const started = () => {
      this.interrupts = true;
      tell();
    };
    const listener: Listener = { started, ended: () => undefined };
    this.forget(); // it was about other words
    this.attend(listener, undefined);
    return () => this.release(listener);
  }

  private attend(listener: Listener, expect: ExpectedAnswer | undefined): void {
    this.listener = listener;
    this.expect = expect;
    this.load = undefined;
    this.told = Promise.resolve();
    this.open();
    if (this.speaking) listener.started();
  }

  private release(listener: Listener): void {
    if (this.listener !== listener) return;
    this.listener = undefined;
    this.expect = undefined;
    this.load = undefined;
  }

  private open(): void {
    if (this.opened) return;
    this.opened = true;
    const caller = this.room.remoteParticipants.get(this.caller);
    for (const { track } of caller?.trackPublications.values() ?? []) if (track) void this.follow(track);
    this.room.on(RoomEvent.TrackSubscribed, (track, _, { identity }) => {
      if (identity === this.caller) void this.follow(track);
    });
  }

  private async follow(track: RemoteTrack): Promise<void> {
    if (track.kind !== TrackKind.KIND_AUDIO) return;
    this.hears = true;
    this.load?.();
    const detection = new inference.VAD(DETECTION).stream();
    const heard = utterances(detection, {
      started: () => {
        this.speaking = true;
        this.interrupts = false;
        this.listener?.started();
      },
      ended: (speech) => {
        this.speaking = false;
        if (speech) this.understand(speech);
        else this.tell(Promise.resolve(undefined));
      },
    });
    const feed = async () => {
      const frames = new AudioStream(track, { sampleRate: SPEECH_RATE, numChannels: 1 }).getReader();
      for (let next = await frames.read(); !next.done; next = await frames.read()) detection.pushFrame(next.value);
      detection.close(); // the track has ended
    };
    try {
      await Promise.all([feed(), heard]);
    } catch (error) {
      this.warn('The caller is not listened to any more', error);
    }
  }

  /** Whoever asked when the speech ended gets the words, unless they have stopped meanwhile. */
  private understand(speech: Int16Array): void {
    const { listener, expect } = this;
    if (listener && expect) {
      const late = new AbortController();
      const heard = this.recogniser.hear(expect, speech, late.signal);
      const words = within(RECOGNISE_MS, heard, noAnswer).finally(() => late.abort());
      this.tell(words.catch(this.giveUp).then((words) => (words === undefined ? {} : { words })));
    } else if (this.interrupts) {
      this.early = { speech, at: Date.now() };
    }
  }

  /** In the order in which it was said: a recogniser may be done with the later words first. */
  private tell(what: Promise<Utterance | undefined>): void {
    const { listener, told } = this;
    this.told = Promise.all([what, told]).then(([utterance]) => {
      if (this.listener === listener) listener?.ended(utterance);
    });
  }

  private readonly giveUp = (error: unknown): undefined => {
    this.warn('Speech was not recognised', error);
  };
}

const noAnswer = () => new Error(`no answer within ${RECOGNISE_MS} ms`);
