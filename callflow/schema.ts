import { z } from 'zod';
import type { Flow, RemoteFlow } from '../contract/flow.js';
import {
  expect,
  expression,
  headers,
  hold,
  json,
  language,
  ms,
  name,
  noInput,
  noMatch,
  outcomes,
  requestFields,
  retries,
  target,
  text,
  toolArguments,
  url,
  variable,
  varName,
} from './schema-parts.js';

/** The shape of a flow. What one look at a field cannot tell is in checks/. */
const node = <T extends string, S extends z.ZodRawShape>(type: T, fields: S) =>
  z.strictObject({ type: z.literal(type), ...fields });

const interruptible = z.boolean().optional();
const spoken = { language: language.optional() };
const instructions = z.string().min(1).max(8_000);

const tool = z.strictObject({
  description: instructions,
  args: toolArguments.optional(),
  request: z.strictObject(requestFields),
});

export const nodeSchema = z.discriminatedUnion('type', [
  node('say', { text, ...spoken, interruptible, next: target }),
  node('ask', {
    prompt: text,
    expect,
    ...spoken,
    interruptible,
    save: varName.optional(),
    noInput: noInput.optional(),
    noMatch: noMatch.optional(),
    on: outcomes,
  }),
  node('branch', {
    cases: z
      .array(z.strictObject({ when: expression, goto: target }))
      .min(1)
      .max(50),
    else: target,
  }),
  node('set', {
    values: z.record(varName, json).optional(),
    compute: z.record(varName, expression).optional(),
    next: target,
  }),
  node('http', {
    ...requestFields,
    save: z.record(varName, z.string().min(1).max(500)).optional().describe('Variable → JSON path into the answer.'),
    hold: hold.optional(),
    on: outcomes,
  }),
  node('converse', {
    goal: instructions,
    say: text.optional(),
    ...spoken,
    tools: z.record(name, tool).optional(),
    collect: z.record(varName, z.string().min(1).max(500)).optional(),
    exits: z.record(name, z.string().min(1).max(500)),
    maxTurns: z.int().min(1).max(200).optional(),
    noInput: noInput.omit({ retries: true, say: true }).optional(),
    hold: hold.optional(),
    on: outcomes,
  }),
  node('transfer', { to: z.string().min(1).max(500), timeoutMs: ms(300_000).optional(), on: outcomes }),
  node('wait', { ms: ms(600_000), next: target }),
  node('emit', { event: name, data: json.optional(), next: target }),
  node('hangup', { say: text.optional(), outcome: name.optional() }),
]);

const varsSchema = z.record(varName, variable);

const head = { id: name, resume: text.optional(), vars: varsSchema.optional() };

export const flowSchema: z.ZodType<Flow> = z
  .strictObject({
    $schema: z.string().optional().describe('For editors.'),
    schema: z.literal('callflow/v1'),
    ...head,
    start: name,
    defaults: z
      .strictObject({ language: language.optional(), noInput: noInput.optional(), noMatch: noMatch.optional() })
      .optional(),
    nodes: z.record(name, nodeSchema),
  })
  .meta({ title: 'callflow/v1' });

export const remoteFlowSchema: z.ZodType<RemoteFlow> = z
  .strictObject({
    $schema: z.string().optional().describe('For editors.'),
    schema: z.literal('callflow/remote-v1'),
    ...head,
    url,
    headers: headers.optional(),
    language: language.optional(),
    sorry: text.optional().describe('Said before the call ends because the backend failed in the middle of it.'),
    timeoutMs: ms(60_000).optional().describe('One request, milliseconds. Default 5000.'),
    retries: retries.optional().describe('After 5xx, 429 and network errors. Default 2.'),
  })
  .meta({ title: 'callflow/remote-v1' });
