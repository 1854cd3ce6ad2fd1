import { describe, expect, it } from 'vitest';
import { Entry } from '../../../agent/job/entry.js';
import type { Asked, ExpectedAnswer } from '../../../contract/index.js';

const digits = (more = {}): ExpectedAnswer => ({
  kind: 'digits',
  ...{ minLength: 2, maxLength: 4, terminator: '#', timeoutMs: 1_500 },
  ...more,
});
const choice: ExpectedAnswer = {
  kind: 'choice',
  options: { book: ['book', 'an appointment'], cancel: ['cancel'] },
  dtmf: { '1': 'book', '2': 'cancel' },
};
const text: ExpectedAnswer = { kind: 'text', maxLength: 10 };

/** What the last of these keys comes to. */
function press(entry: Entry, keys: string): Asked | undefined {
  let asked: Asked | undefined;
  for (const key of keys) asked = entry.take({ via: 'keypad', key });
  return asked;
}

describe('digits', () => {
  it('are complete at their largest number', () => {
    const entry = new Entry(digits());
    expect(press(entry, '123')).toBeUndefined();
    expect(press(entry, '4')).toEqual({ kind: 'answered', value: '1234', via: 'keypad', heard: '1234' });
  });

  it('are complete at the terminator, which is no part of them', () => {
    expect(press(new Entry(digits()), '12#')).toEqual({ kind: 'answered', value: '12', via: 'keypad', heard: '12' });
    expect(press(new Entry(digits({ terminator: '*' })), '12*')).toMatchObject({ value: '12' });
  });

  it('are complete after a pause, once a key was pressed', () => {
    const entry = new Entry(digits());
    expect(entry.pauseMs).toBeUndefined();
    press(entry, '12');
    expect(entry.pauseMs).toBe(1_500);
    expect(entry.end()).toMatchObject({ kind: 'answered', value: '12' });
  });

  it.each(['1#', '#', '1*2#'])('are missed by "%s"', (keys) => {
    expect(press(new Entry(digits()), keys)).toMatchObject({ kind: 'noMatch', via: 'keypad' });
  });

  it('may be typed, with what people put between them', () => {
    expect(new Entry(digits()).take({ via: 'typed', text: ' 12 34 ' })).toEqual({
      ...{ kind: 'answered', value: '1234', via: 'typed', heard: ' 12 34 ' },
    });
  });
});

describe('a choice', () => {
  it('is one key', () => {
    expect(press(new Entry(choice), '2')).toEqual({ kind: 'answered', value: 'cancel', via: 'keypad', heard: '2' });
    expect(press(new Entry(choice), '9')).toEqual({ kind: 'noMatch', via: 'keypad', heard: '9' });
  });

  it('is the words that mean it, typed or spoken', () => {
    expect(new Entry(choice).take({ via: 'typed', text: 'An appointment!' })).toMatchObject({ value: 'book' });
    expect(new Entry(choice).spoken('cancel')).toMatchObject({ kind: 'answered', value: 'cancel', via: 'speech' });
    expect(new Entry(choice).take({ via: 'typed', text: 'what?' })).toMatchObject({ kind: 'noMatch', heard: 'what?' });
  });

  it('is missed by speech that nobody understood, whatever it was', () => {
    expect(new Entry(choice).spoken(undefined)).toEqual({ kind: 'noMatch', via: 'speech', heard: '' });
  });
});

describe('text', () => {
  it('is what was typed, cut to its length; keys are none', () => {
    expect(new Entry(text).take({ via: 'typed', text: 'longer than ten' })).toMatchObject({ value: 'longer tha' });
    expect(press(new Entry(text), '1')).toMatchObject({ kind: 'noMatch' });
  });
});
