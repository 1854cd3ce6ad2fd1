import type { Expect, Flow, Json, VariableType } from '../contract/flow.js';
import type { ExpectedAnswer } from './commands.js';
import { withoutCourtesy } from './courtesy.js';
import { own } from './values.js';
import { YES_NO_KEYS, yesNoWords } from './yes-no.js';

/** Digits nobody limited: more than any card, account or phone number has. */
const LONGEST_DIGITS = 32;
const PAUSE_MS = 3_000;
const LONGEST_TEXT = 500;

/** What an executor listens for: defaults filled in, `yes-no` as the choice it is. */
export function expectedAnswer(expect: Expect, language: string | undefined): ExpectedAnswer {
  switch (expect.kind) {
    case 'choice':
      return { kind: 'choice', options: expect.options, dtmf: expect.dtmf ?? {} };
    case 'yes-no':
      return { kind: 'choice', options: { ...(yesNoWords(language) ?? yesNoWords()) }, dtmf: { ...YES_NO_KEYS } };
    case 'digits': {
      const { length, minLength = length ?? 1 } = expect;
      const { maxLength = length ?? Math.max(minLength, LONGEST_DIGITS) } = expect;
      const { terminator = '#', timeoutMs = PAUSE_MS } = expect;
      return { kind: 'digits', minLength, maxLength, terminator, timeoutMs };
    }
    case 'text':
      return { kind: 'text', maxLength: expect.maxLength ?? LONGEST_TEXT };
  }
}

/** The outcomes of an answer, in the order of the file. */
export function answerOutcomes(expect: Expect): string[] {
  if (expect.kind === 'choice') return Object.keys(expect.options);
  return expect.kind === 'yes-no' ? ['yes', 'no'] : ['ok'];
}

/**
 * For executors: what the caller's words, keys or typing mean. Undefined when they do not fit (`noMatch`). An entry of
 * digits is complete, its terminator is dropped.
 */
export function matchAnswer(expect: ExpectedAnswer, input: { words: string } | { keys: string }): string | undefined {
  const said = 'words' in input ? normal(input.words) : undefined;
  const keys = 'keys' in input ? input.keys : undefined;
  switch (expect.kind) {
    case 'choice':
      if (keys !== undefined) return own(expect.dtmf, keys);
      if (said === undefined) return undefined;
      return optionOf(expect.options, said) ?? optionOf(expect.options, withoutCourtesy(said));
    case 'digits': {
      const entry = keys ?? ('words' in input ? input.words : '');
      const digits = entry.replace(/[\s.-]/g, '').replace(expect.terminator, '');
      return isDigits(digits, expect) ? digits : undefined;
    }
    case 'text': {
      const text = 'words' in input ? input.words.trim() : '';
      return text === '' ? undefined : text.slice(0, expect.maxLength);
    }
  }
}

/** Whole phrases only: "not sure" must never be "sure". */
const optionOf = (options: Record<string, string[]>, said: string): string | undefined =>
  Object.entries(options).find(([, words]) => words.some((word) => normal(word) === said))?.[0];

/** The outcome that an answer leads to, or undefined when it is none that was asked for. */
export function outcomeOf(expect: ExpectedAnswer, value: string): string | undefined {
  if (expect.kind === 'choice') return Object.hasOwn(expect.options, value) ? value : undefined;
  if (expect.kind === 'digits') return isDigits(value, expect) ? 'ok' : undefined;
  return value.trim() === '' ? undefined : 'ok';
}

/** The answer as the variable's type: "yes" as true for a boolean, digits as a number. */
export function answerValue(flow: Flow, save: string, value: string): Json {
  const type: VariableType | undefined = own(flow.vars, save)?.type;
  if (type === 'boolean') return value === 'yes';
  return type === 'number' ? Number(value) : value;
}

const isDigits = (value: string, { minLength, maxLength }: { minLength: number; maxLength: number }): boolean =>
  /^\d+$/.test(value) && value.length >= minLength && value.length <= maxLength;

/** Case, accents' encoding, punctuation and spacing make no difference between what is said and what is meant. */
export const normal = (words: string): string =>
  words
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
