import { z } from 'zod';

/** Names that every object inherits would be found where none was written. */
const notInherited = (value: string) => !(value in {});

const identifier = (pattern: RegExp, rule: string) =>
  z.string().regex(pattern, rule).refine(notInherited, { error: 'is a reserved word, use another name' });

export const name = identifier(
  /^[A-Za-z][\w-]{0,63}$/,
  'must be a letter, then letters, digits, "_" or "-" (64 at most)',
);
/** No dash: in an expression it would be a minus. */
export const varName = identifier(/^[A-Za-z]\w{0,63}$/, 'must be a letter, then letters, digits or "_" (64 at most)');

export const target = name.nullable().describe('The node to go to; null ends the flow.');
export const outcomes = z
  .record(
    z
      .string()
      .regex(/^[\w-]{1,64}$/, 'must be letters, digits, "_" or "-"')
      .refine(notInherited),
    target,
  )
  .describe('Outcome → node.');

export const text = z.string().min(1).max(2_000).describe('May hold {{variable}}.');
export const language = z
  .string()
  .regex(/^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/, 'must be a language tag, such as "en" or "pt-BR"');
export const expression = z.string().min(1).max(500).describe('Such as: age >= 18 && lower(city) == "rome"');
export const json = z.json();

/** Milliseconds. */
export const ms = (most: number) => z.int().min(1).max(most).describe('Milliseconds.');
export const retries = z.int().min(0).max(10);

const type = z.enum(['string', 'number', 'boolean', 'object', 'array']);

export const variable = z.strictObject({ type, default: json.optional(), required: z.boolean().optional() });

export const noMatch = z.strictObject({
  retries: retries.optional().describe('How often to ask again before goto. Default 0.'),
  say: text.optional().describe('Said before the prompt is repeated.'),
  goto: target.optional(),
});
export const noInput = noMatch.extend({
  timeoutMs: ms(60_000).optional().describe('Milliseconds of silence. Default 6000.'),
});

export const hold = z
  .strictObject({ say: text, afterMs: ms(60_000).optional() })
  .describe('Said when an answer takes longer. Default: after 1000 ms in an http node, 3000 ms in a conversation.');

const words = z.string().min(1).max(100);
const key = z.string().regex(/^[0-9*#]$/, 'must be one key: 0-9, * or #');
const digitCount = z.int().min(1).max(64);

export const expect = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('choice'),
    options: z.record(name, z.array(words).min(1).max(50)).describe('Outcome → the words that mean it.'),
    dtmf: z.record(key, name).optional().describe('Key → outcome.'),
  }),
  z.strictObject({ kind: z.literal('yes-no') }),
  z.strictObject({
    kind: z.literal('digits'),
    length: digitCount.optional(),
    minLength: digitCount.optional(),
    maxLength: digitCount.optional(),
    terminator: z.enum(['#', '*']).optional(),
    timeoutMs: ms(30_000)
      .optional()
      .describe('Pause after the last key that ends the entry, milliseconds. Default 3000.'),
  }),
  z.strictObject({ kind: z.literal('text'), maxLength: z.int().min(1).max(2_000).optional() }),
]);

const headerName = z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'must be a header name');
export const headers = z.record(
  headerName,
  z
    .string()
    .max(1_000)
    .regex(/^[^\r\n]*$/, 'must be one line'),
);
export const url = z.string().min(1).max(2_000);

export const requestFields = {
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  url,
  headers: headers.optional(),
  body: json.optional().describe('Sent as JSON; its strings may hold {{variable}}.'),
  timeoutMs: ms(60_000).optional().describe('One attempt, milliseconds. Default 5000.'),
  retries: retries.optional().describe('After 5xx, 429 and network errors. Default 2.'),
};

export const toolArguments = z.record(
  varName,
  z.strictObject({ type, description: z.string().max(500).optional(), required: z.boolean().optional() }),
);
