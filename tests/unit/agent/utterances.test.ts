import { inference, initializeLogger, VADEventType } from '@livekit/agents';
import type { VADEvent } from '@livekit/agents';
import { AudioFrame } from '@livekit/rtc-node';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { DETECTION, utterances } from '../../../agent/job/utterances.js';
import { say, SPEECH_RATE } from '../../../scripts/recognition/voice.js';

const FRAME = SPEECH_RATE / 100;
/** Samples that the framework's detection looks at together. */
const WINDOW = 512;
const SECONDS = (samples: number) => samples / SPEECH_RATE;

beforeAll(() => initializeLogger({ pretty: false, level: 'warn' }));

/** The stream does not end by itself: until so many windows have been looked at. */
async function* first(events: AsyncIterable<VADEvent>, windows: number): AsyncGenerator<VADEvent> {
  let left = windows;
  for await (const event of events) {
    yield event;
    // What a window leads to is told after it.
    if (event.type === VADEventType.INFERENCE_DONE && --left === 0) return;
  }
}

type Heard = 'started' | { seconds: number } | 'nothing';

/** What the framework's voice detection and ours make of it. */
async function cut(audio: Int16Array): Promise<Heard[]> {
  const heard: Heard[] = [];
  const detection = new inference.VAD(DETECTION).stream();
  const done = utterances(first(detection, Math.floor(audio.length / WINDOW)), {
    started: () => heard.push('started'),
    ended: (speech) => heard.push(speech ? { seconds: SECONDS(speech.length) } : 'nothing'),
  });
  for (let at = 0; at + FRAME <= audio.length; at += FRAME)
    detection.pushFrame(new AudioFrame(audio.slice(at, at + FRAME), SPEECH_RATE, 1, FRAME));
  await done;
  detection.close();
  return heard;
}

const joined = (...parts: Int16Array[]): Int16Array => Int16Array.from(parts.flatMap((part) => [...part]));

describe('a voice', () => {
  it('is cut into stretches, each with a little silence before it', async () => {
    const pause = { before: 800, after: 1_200 };
    const heard = await cut(joined(say('book an appointment', 'en-us', pause), say('yes please', 'en-us', pause)));
    const spoken = { seconds: expect.any(Number) as number };
    expect(heard).toEqual(['started', spoken, 'started', spoken]);
    const [first] = heard.filter((each) => typeof each === 'object');
    const whole = SECONDS(say('book an appointment', 'en-us', { before: 0, after: 0 }).length);
    expect(first!.seconds).toBeGreaterThan(whole);
  });

  it('that was speaking already when listening began is not taken for an answer', async () => {
    const sentence = say('my name is John and I would like to know', 'en-us', { before: 0, after: 1_200 });
    expect(await cut(sentence.slice(SPEECH_RATE / 2))).toEqual([]);
  });

  it('that never pauses is not waited for', async () => {
    const breathless = say('and so on and then they went away and came back again', 'en-us', { before: 0, after: 0 });
    const silence = new Int16Array(SPEECH_RATE);
    const heard = await cut(joined(silence, ...Array.from({ length: 8 }, () => breathless)));
    expect(heard).toEqual(['started', 'nothing']);
  });

  it('of which the detection tells no more is not waited for', async () => {
    vi.useFakeTimers();
    try {
      const heard: Heard[] = [];
      const beginning = new AudioFrame(new Int16Array(SPEECH_RATE), SPEECH_RATE, 1, SPEECH_RATE);
      async function* fallsSilent() {
        yield { type: VADEventType.START_OF_SPEECH, frames: [beginning] } as VADEvent;
        await new Promise(() => undefined);
      }
      void utterances(fallsSilent(), {
        started: () => heard.push('started'),
        ended: (speech) => heard.push(speech ? { seconds: SECONDS(speech.length) } : 'nothing'),
      });
      await vi.advanceTimersByTimeAsync(15_000);
      expect(heard).toEqual(['started']);
      await vi.advanceTimersByTimeAsync(5_000);
      expect(heard).toEqual(['started', 'nothing']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('whose detection breaks off is not waited for', async () => {
    const heard: Heard[] = [];
    const beginning = new AudioFrame(new Int16Array(SPEECH_RATE), SPEECH_RATE, 1, SPEECH_RATE);
    async function* breaks() {
      yield { type: VADEventType.START_OF_SPEECH, frames: [beginning] } as VADEvent;
      throw new Error('out of memory');
    }
    const done = utterances(breaks(), { started: () => heard.push('started'), ended: () => heard.push('nothing') });
    await expect(done).rejects.toThrow('out of memory');
    expect(heard).toEqual(['started', 'nothing']);
  });

  it('is no cough and no silence', async () => {
    expect(await cut(new Int16Array(3 * SPEECH_RATE))).toEqual([]);
  });
});
