import { AsyncLocalStorage } from 'node:async_hooks';
import type { tts } from '@livekit/agents';
import type { AudioFrame } from '@livekit/rtc-node';
import { Replay } from './replay.js';

/** The provider failed, or gave no audio: the framework reports both by an event and an ordinary end. */
export class SpeechFailed extends Error {}

const AHEAD_KEPT = 4;

/** Synthesises, ahead of time where the words are known. */
export class Speech {
  private readonly ahead = new Map<string, Replay<AudioFrame>>();

  /** Which synthesis an error belongs to: the provider's event does not say, and several run at a time. */
  private readonly running = new AsyncLocalStorage<symbol>();

  constructor(private readonly provider: tts.TTS) {}

  get sampleRate(): number {
    return this.provider.sampleRate;
  }

  /** Starts on words that will probably be spoken soon. */
  prepare(text: string): void {
    if (this.ahead.has(text)) return;
    const audio = new Replay(this.synthesize(text), () => this.ahead.delete(text)); // a failure is tried again
    this.ahead.set(text, audio);
    const [oldest] = this.ahead.keys();
    if (this.ahead.size > AHEAD_KEPT && oldest !== undefined) this.ahead.delete(oldest);
  }

  /** Frames as they come. @throws SpeechFailed */
  speak(text: string, signal?: AbortSignal): AsyncIterable<AudioFrame> {
    return this.ahead.get(text) ?? this.synthesize(text, signal);
  }

  private async *synthesize(text: string, signal?: AbortSignal): AsyncGenerator<AudioFrame> {
    const own = Symbol();
    let failure: Error | undefined;
    const onError = ({ error }: { error: Error }) => {
      if ((this.running.getStore() ?? own) === own) failure = error;
    };
    this.provider.on('error', onError);
    const stream = this.running.run(own, () => this.provider.synthesize(text, undefined, signal));
    const audio = stream[Symbol.asyncIterator]();
    let frames = 0;
    try {
      for (;;) {
        const { value, done } = await this.running.run(own, () => audio.next());
        if (done) break;
        frames += 1;
        yield value.frame;
      }
      if (signal?.aborted) return;
      if (failure || frames === 0)
        throw new SpeechFailed(`${this.provider.label} gave no speech: ${failure?.message ?? 'no audio and no error'}`);
    } finally {
      stream.close();
      this.provider.off('error', onError);
    }
  }
}
