import { execFileSync } from 'node:child_process';
import { AudioFrame, AudioResampler } from '@livekit/rtc-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectedAnswer } from '../../../callflow/answer.js';
import { Entry } from '../../../agent/job/entry.js';
import { GrammarDecoder } from '../../../agent/providers/stt/grammar/decoder.js';
import { phrasesOf } from '../../../agent/providers/stt/grammar/jsgf.js';
import type { Expect } from '../../../contract/index.js';

const HEADER = 44;
const RATE = 22_050;

/** The same each time, without a tone in it: -500 to 499. */
const noise = (i: number): number => ((Math.imul(i ^ (i >>> 7), 2_654_435_761) >>> 8) % 1_000) - 500;

/** A synthetic voice, as it comes from a phone: 16 kHz, with a little silence around it. */
function say(text: string, voice = 'en-us'): Int16Array {
  const wav = execFileSync('espeak-ng', ['-v', voice, '-s', '160', '--stdin', '--stdout'], { input: text });
  const pcm = new Int16Array(wav.buffer.slice(wav.byteOffset + HEADER, wav.byteOffset + wav.length - (wav.length % 2)));
  const resampler = new AudioResampler(RATE, 16_000, 1);
  const frames = [...resampler.push(new AudioFrame(pcm, RATE, 1, pcm.length)), ...resampler.flush()];
  const speech = new Int16Array(frames.reduce((sum, { data }) => sum + data.length, 0) + 8_000);
  frames.reduce((at, { data }) => (speech.set(data, at), at + data.length), 4_000);
  return speech.map((sample, i) => sample + (noise(i) >> 5)); // no microphone is perfectly still
}

const YES_NO: Expect = { kind: 'yes-no' };
const MENU: Expect = {
  kind: 'choice',
  options: { cancel: ['cancel'], book: ['book an appointment'], other: ['operator'] },
};
const STRANGE = [
  'banana',
  'computer',
  'umbrella',
  'what did you say',
  'can you repeat that',
  'my name is john',
  'help',
];

let decoder: GrammarDecoder;
beforeAll(async () => {
  decoder = await GrammarDecoder.load();
});

function heard(asked: Expect, text: string, voice?: string): string | undefined {
  const expected = expectedAnswer(asked, 'en');
  const result = new Entry(expected).spoken(decoder.hear(expected, say(text, voice)));
  return result.kind === 'answered' ? result.value : undefined;
}

describe('the embedded recogniser', () => {
  it.each([
    [YES_NO, 'yes', 'yes'],
    [YES_NO, 'sure', 'yes'],
    [YES_NO, 'no thanks', 'no'],
    [MENU, 'cancel', 'cancel'],
    [MENU, 'book an appointment', 'book'],
  ])('hears the answer to %o in "%s"', (asked, text, value) => {
    expect(heard(asked, text)).toBe(value);
  });

  it.each([[YES_NO], [MENU]])('takes nothing else for an answer to %o', (asked) => {
    for (const text of STRANGE) expect([text, heard(asked, text)]).toEqual([text, undefined]);
  });

  it('hears nothing in silence and in noise', () => {
    const hiss = Int16Array.from({ length: 16_000 }, (_, i) => noise(i));
    const expected = expectedAnswer(YES_NO, 'en');
    expect(decoder.hear(expected, new Int16Array(16_000))).toBeUndefined();
    expect(decoder.hear(expected, hiss)).toBeUndefined();
  });

  it('knows which questions it cannot hear an answer to', () => {
    const ready = (asked: Expect) => decoder.prepare(expectedAnswer(asked, 'en'));
    expect(ready(YES_NO)).toBe(true);
    expect(ready({ kind: 'text' })).toBe(false);
    expect(ready({ kind: 'digits', length: 4 })).toBe(false);
    expect(ready({ kind: 'choice', options: { a: ['Xqzt'], b: ['12'] } })).toBe(false);
  });
});

describe('phrases', () => {
  it('are the words of a dictionary', () => {
    const options = { a: ['An appointment!', "Don't"], b: ["don't", '2'] };
    expect(phrasesOf({ kind: 'choice', options, dtmf: {} })).toEqual(['an appointment', "don't"]);
  });
});
