import { describe, expect, it } from 'vitest';
import { expectedAnswer, matchAnswer } from '../../../callflow/answer.js';
import type { ExpectedAnswer } from '../../../callflow/interpreter.js';

const yesNo = (language: string) => expectedAnswer({ kind: 'yes-no' }, language);

describe('courtesy around an answer', () => {
  it.each([
    ['en', 'Yes, please.', 'yes'],
    ['en', 'please, yes', 'yes'],
    ['en', 'sure, thank you', 'yes'],
    ['en', 'nope, thanks', 'no'],
    ['de', 'Ja bitte', 'yes'],
    ['fr', "Oui, s'il vous plaît", 'yes'],
    ['es', 'sí, por favor', 'yes'],
  ])('does not hide it (%s: %s)', (language, words, option) =>
    expect(matchAnswer(yesNo(language), { words })).toBe(option),
  );

  it.each(['please', 'thank you', 'not sure, thanks', 'yes no thanks', 'thanks but no', 'please do not', 'yesplease'])(
    'is no answer, and makes none of what is none (%s)',
    (words) => expect(matchAnswer(yesNo('en'), { words })).toBeUndefined(),
  );

  it('counts where an option is made of it', () => {
    const choice: ExpectedAnswer = {
      kind: 'choice',
      options: { go: ['no'], decline: ['no thanks'], ask: ['please'] },
      dtmf: {},
    };
    expect(matchAnswer(choice, { words: 'No, thanks' })).toBe('decline');
    expect(matchAnswer(choice, { words: 'Please!' })).toBe('ask');
    expect(matchAnswer(choice, { words: 'no please' })).toBe('go');
  });
});
