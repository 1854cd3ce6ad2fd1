import { z } from 'zod';
import type { Expect } from '../contract/flow.js';
import type { RemoteStarted, RemoteTurn } from '../contract/remote.js';
import { expectedAnswer, normal } from './answer.js';
import { checkShape } from './checks/shape.js';
import { expect, language, ms } from './schema-parts.js';

/** What a remote flow's backend may answer. Fields that nobody knows are let pass: backends are not ours to break. */

/** Characters of one sentence, and of all words of a turn. */
const LONGEST = { sentence: 2_000, turn: 10_000 };

const words = (most: number) =>
  z
    .string()
    .max(most)
    .transform((text) => text.replace(/[\p{Cc}\p{Cs}<>]+/gu, ' ').trim()); // nothing that an engine takes for markup

const outcome = z.string().regex(/^[A-Za-z][\w-]{0,63}$/, 'must be a letter, then letters, digits, "_" or "-"');

const next = {
  language: language.optional(),
  interruptible: z.boolean().optional(),
  expect: expect.optional(),
  noInputMs: ms(60_000).optional(),
  transfer: z
    .object({
      to: z
        .string()
        .regex(/^(\+?[0-9][0-9 ().-]{2,30}|(sips?|tel):\S{1,200})$/, 'must be a phone number, sip: or tel:'),
      timeoutMs: ms(300_000).optional(),
    })
    .optional(),
  end: z.union([z.object({ outcome: outcome.optional() }), z.literal(true).transform(() => ({}))]).optional(),
};

const turn = z.object({ say: words(LONGEST.turn).optional(), ...next });

const started = z
  .object({
    session: z.string().min(1).max(200),
    has_greeting: z.boolean().default(false),
    greeting: words(LONGEST.turn).optional(),
    streaming: z.boolean().default(false),
    ...next,
  })
  .refine(({ has_greeting, greeting }) => !has_greeting || greeting, {
    path: ['greeting'],
    error: 'is missing although has_greeting is true',
  });

const sentence = z.object({ text: words(LONGEST.sentence) });

type Checked<T> = { answer: T } | { problem: string };

function check<T>(schema: z.ZodType<T>, document: unknown): Checked<T> {
  const { data, errors } = checkShape(schema, document);
  if (data !== undefined) return { answer: data };
  return { problem: errors.map(({ pointer, message }) => `${pointer || '/'} ${message}`).join('; ') };
}

/** Its questions as well: one that nobody can answer would be asked for ever. */
function checkNext<T extends Pick<RemoteTurn, 'expect'>>(schema: z.ZodType<T>, document: unknown): Checked<T> {
  const checked = check(schema, document);
  const why = 'answer' in checked && checked.answer.expect && unanswerable(checked.answer.expect);
  return why ? { problem: `/expect ${why}` } : checked;
}

/** Less strict than validation of a flow file: a call is under way, and a backend cannot be asked to write better. */
function unanswerable(asked: Expect): string | undefined {
  const expect = expectedAnswer(asked, undefined); // whether there is any answer is the same in all languages
  if (expect.kind === 'choice') {
    const words = Object.values(expect.options).flat();
    const answers = [...words.map(normal), ...Object.keys(expect.dtmf)];
    return answers.some(Boolean) ? undefined : 'is a choice that has no options to choose from';
  }
  return expect.kind === 'digits' && expect.minLength > expect.maxLength
    ? `wants at least ${expect.minLength} digits, and at most ${expect.maxLength}`
    : undefined;
}

export const checkStarted = (document: unknown): Checked<RemoteStarted> => checkNext(started, document);
export const checkTurn = (document: unknown): Checked<RemoteTurn> => checkNext(turn, document);
export const checkSentence = (document: unknown): Checked<{ text: string }> => check(sentence, document);
