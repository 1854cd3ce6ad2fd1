import { z } from 'zod';

const name = z.string().regex(/^[A-Za-z_][\w-]{0,63}$/, 'use a letter, then letters, digits, "_" or "-" (64 at most)');
const target = name.nullable();
const text = z.string().min(1).max(2_000);

const say = z.strictObject({ type: z.literal('say'), text, next: target });
const hangup = z.strictObject({ type: z.literal('hangup'), say: text.optional(), outcome: name.optional() });

const variable = z.strictObject({
  type: z.enum(['string', 'number', 'boolean', 'object', 'array']),
  default: z.json().optional(),
  required: z.boolean().optional(),
});

export const flowSchema = z.strictObject({
  schema: z.literal('callflow/v1'),
  id: name,
  start: name,
  resume: text.optional(),
  vars: z.record(name, variable).optional(),
  defaults: z.strictObject({ language: z.string().max(35).optional() }).optional(),
  nodes: z.record(name, z.discriminatedUnion('type', [say, hangup])),
});
