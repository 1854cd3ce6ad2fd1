import { setTimeout as sleep } from 'node:timers/promises';
import type { stt } from '@livekit/agents';
import { AudioFrame } from '@livekit/rtc-node';
import type { ExpectedAnswer } from '../../../contract/index.js';
import { SPEECH_RATE } from './recogniser.js';
import type { Recogniser } from './recogniser.js';
import { spokenDigits } from './spoken-digits.js';

/** Below this a provider is guessing. 0 is one that does not say. */
const SURE = 0.5;
/** Before a provider that failed is asked once more; who asked waits 10 s. Milliseconds. */
const AGAIN_MS = 250;

/** Hears with a speech recogniser of the agents framework: whatever is said, one utterance at a time. */
export class TranscribedSpeech implements Recogniser {
  constructor(private readonly provider: stt.STT) {
    provider.on('error', () => undefined); // told to whoever asked as well
  }

  understands = (): boolean => true;
  prepare = (): Promise<boolean> => Promise.resolve(true);

  async hear(expect: ExpectedAnswer, speech: Int16Array, signal?: AbortSignal): Promise<string | undefined> {
    const frame = new AudioFrame(speech, SPEECH_RATE, 1, speech.length);
    const { text, confidence } = await (this.provider.capabilities.streaming
      ? this.streamed(frame, signal)
      : this.whole(frame, signal));
    if (text.trim() === '' || (confidence > 0 && confidence < SURE)) return undefined;
    return expect.kind === 'digits' ? spokenDigits(text) : text;
  }

  private async whole(frame: AudioFrame, signal?: AbortSignal): Promise<{ text: string; confidence: number }> {
    const recognize = () => this.provider.recognize(frame, signal);
    const { alternatives } = await recognize().catch(async (error: unknown) => {
      if (!mayPass(error) || signal?.aborted) throw error;
      await sleep(AGAIN_MS);
      return recognize();
    });
    return alternatives?.[0] ?? { text: '', confidence: 0 };
  }

  private async streamed(frame: AudioFrame, signal?: AbortSignal): Promise<{ text: string; confidence: number }> {
    // The framework ends a stream that failed as it ends one that is over; only the event tells.
    let failure: Error | undefined;
    const onError = ({ error, recoverable }: { error: Error; recoverable: boolean }) => {
      if (!recoverable) failure = error;
    };
    this.provider.on('error', onError);
    const stream = this.provider.stream();
    const stop = () => stream.close();
    signal?.addEventListener('abort', stop, { once: true });
    const heard: { text: string; confidence: number }[] = [];
    try {
      stream.pushFrame(frame);
      stream.endInput();
      for await (const { type, alternatives } of stream)
        if (type === FINAL_TRANSCRIPT && alternatives?.[0]) heard.push(alternatives[0]);
    } finally {
      signal?.removeEventListener('abort', stop);
      stream.close();
      this.provider.off('error', onError);
    }
    if (failure) throw failure;
    const confidences = heard.map(({ confidence }) => confidence).filter((each) => each > 0);
    return {
      text: heard.map(({ text }) => text).join(' '),
      confidence: confidences.length ? Math.min(...confidences) : 0,
    };
  }
}

/** As the framework's errors say of themselves. */
const mayPass = (error: unknown): boolean => (error as { retryable?: boolean }).retryable === true;

/** The framework's enumeration is a value: importing it here would load the framework for a type. */
const FINAL_TRANSCRIPT = 2 satisfies stt.SpeechEventType.FINAL_TRANSCRIPT;
