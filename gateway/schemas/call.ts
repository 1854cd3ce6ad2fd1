import { z } from 'zod';
import { ENDED_REASONS, STAGES } from '../../contract/index.js';
import type { CallView, EndedReason, Json } from '../../contract/index.js';

/** What the API says of a call. The shapes are the contract's; the compiler compares them. */

export const stage = z.enum(STAGES);
export const direction = z.enum(['web', 'inbound', 'outbound']);
export const callStatus = z.enum(['active', 'ended']);
export const endedReason = z.enum(Object.keys(ENDED_REASONS) as [EndedReason, ...EndedReason[]]);

/** Shapes with an id become named components of the OpenAPI document. */
export const json: z.ZodType<Json> = z
  .lazy(() => z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)]))
  .meta({ id: 'Json' });

const epochMs = z.number().describe('Milliseconds since the epoch');
const milliseconds = z.number().describe('Milliseconds');

const fault = z.enum(['none', 'caller', 'carrier', 'provider', 'platform', 'config']);

export const ended = z
  .object({
    reason: endedReason,
    by: z.enum(['caller', 'agent', 'api', 'operator', 'system']),
    fault,
    stage: stage.describe('The stage that the call was in when the cause came up'),
    retryable: z.boolean(),
    detail: z.string().describe('What an operator should know and do next'),
    outcome: z.string().optional(),
    sipCode: z.number().optional(),
  })
  .meta({ id: 'Ended' });

const attempt = z.object({
  attempt: z.number(),
  jobId: z.string().optional(),
  hostId: z.string().optional(),
  outcome: z.enum([
    'dispatched',
    'accepted',
    'ready',
    'dispatch-failed',
    'not-accepted',
    'not-renewed',
    'not-ready',
    'failed',
    'lost',
  ]),
  readyMs: milliseconds.optional().describe('From dispatch to ready. Milliseconds'),
  error: z.string().optional(),
});

export const timelineEntry = z.object({
  stage,
  at: epochMs,
  ms: milliseconds.optional().describe('What the stage took; absent while it lasts. Milliseconds'),
  detail: z.string().optional(),
});

export const utterance = z.object({
  at: epochMs,
  node: z.string(),
  who: z.enum(['agent', 'caller']),
  text: z.string(),
});

export const callView = z
  .object({
    callId: z.string(),
    status: callStatus,
    stage,
    stageSince: epochMs,
    room: z.string().describe('Empty in a `partial` view of an inbound call: only a worker knows it'),
    flowId: z.string(),
    org: z.string(),
    direction,
    startAt: epochMs.optional().describe('Of a scheduled call: when it is to begin. Milliseconds since the epoch'),
    attempts: z.array(attempt),
    timeline: z.array(timelineEntry),
    node: z.string().optional(),
    variables: z.record(z.string(), json).optional(),
    said: z.array(utterance),
    emitted: z
      .array(z.object({ n: z.number(), at: epochMs, node: z.string(), event: z.string(), data: json }))
      .optional()
      .describe("What the flow's `emit` nodes told, the last ones"),
    metadata: z.record(z.string(), z.string()).optional().describe('What the call was started with'),
    ended: ended.nullable(),
    cleanup: z.array(z.object({ what: z.string(), ok: z.boolean(), error: z.string().optional() })),
    partial: z.literal(true).optional().describe('No worker answered: only what Temporal itself knows'),
  })
  .meta({ id: 'CallView' }) satisfies z.ZodType<CallView>;

export const links = z.object({
  self: z.string(),
  events: z.string(),
  temporal: z.string().describe('The call in the Temporal Web UI'),
});

export const callSummary = z
  .object({
    callId: z.string(),
    status: callStatus,
    stage,
    stageSince: epochMs,
    flowId: z.string(),
    direction,
    attempt: z.number(),
    startAt: epochMs.optional().describe('Of a scheduled call: when it is to begin. Milliseconds since the epoch'),
    startedAt: epochMs,
    endedAt: epochMs.optional(),
    endedReason: endedReason.optional(),
    fault: fault.optional(),
    links,
  })
  .meta({ id: 'CallSummary' });
export type CallSummary = z.infer<typeof callSummary>;
export type Links = z.infer<typeof links>;
