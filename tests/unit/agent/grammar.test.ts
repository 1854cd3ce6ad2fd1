import { beforeAll, describe, expect, it } from 'vitest';
import { expectedAnswer } from '../../../callflow/answer.js';
import { Entry } from '../../../agent/job/entry.js';
import { GrammarDecoder } from '../../../agent/providers/stt/grammar/decoder.js';
import { phrasesOf } from '../../../agent/providers/stt/grammar/jsgf.js';
import type { Expect } from '../../../contract/index.js';
import { noise, say } from '../../../scripts/recognition/voice.js';

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
