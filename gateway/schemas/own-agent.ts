import { z } from 'zod';
import type { OwnAlive, OwnAliveAnswer, OwnDone, OwnFailed, OwnHello, StartCommand } from '../../contract/index.js';
import { json } from './call.js';

/** Characters of JSON: a state travels through the history of the call. */
const STATE_MAX = 32_768;

const name = z.object({
  jobId: z.string().min(1).max(128).optional().describe("LiveKit's id of the job, the same in every message"),
});
const variables = z.record(z.string(), json);

/** Unknown fields are let through: a newer agent may say more. */
export const hello = name.extend({
  identity: z.string().min(1).max(128).optional().describe('In the room. Default: agent-<attempt>'),
  host: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'must be 1 to 100 letters, digits, dots, dashes or underscores')
    .optional()
    .describe('Where the job runs, for operators'),
}) satisfies z.ZodType<OwnHello>;

export const alive = name.extend({
  state: json
    .refine((value) => JSON.stringify(value).length <= STATE_MAX, `must be at most ${STATE_MAX} characters of JSON`)
    .optional()
    .describe('What the next agent should know if this one is lost. Left out: what was sent last stays'),
}) satisfies z.ZodType<OwnAlive>;

export const failed = name.extend({ error: z.string().min(1).max(2_000) }) satisfies z.ZodType<OwnFailed>;

export const done = name.extend({
  outcome: z.string().min(1).max(128).optional().describe('Default "completed"'),
  variables: variables.optional().describe("Added to the call's"),
}) satisfies z.ZodType<OwnDone>;

const token = z.string().optional().describe('Use it from now on');

export const startCommand = z
  .object({
    flowId: z.string(),
    variables,
    resumed: z.boolean().describe('This agent replaces one that was lost in the conversation'),
    state: json.optional().describe('What the lost agent sent last'),
    aliveEveryMs: z.number().describe('Send alive so often. Milliseconds'),
    token,
  })
  .meta({ id: 'StartCommand' }) satisfies z.ZodType<StartCommand>;

export const told = z.object({ token });
export const goOn = z.object({ go: z.enum(['on', 'leave']), token }) satisfies z.ZodType<OwnAliveAnswer>;
