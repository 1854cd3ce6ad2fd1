import { z } from 'zod';
import { MAX_DIAL_MS } from '../../contract/index.js';
import type { CallPolicy } from '../../contract/index.js';
import { callStatus, callSummary, direction, ended, endedReason, json, links, stage } from './call.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const durationMs = (max: number, min = 1) => z.int().min(min).max(max);

/** Hosts say every 2 s that a job is there: a shorter limit would lose every agent. */
const BEATS_MS = 3_000;

/** What one call may ask for. The limits keep a typing error from holding a room for a week. */
export const policyOverrides = z.strictObject({
  acceptMs: durationMs(MINUTE),
  dispatchAttempts: z.int().min(1).max(20),
  dispatchBackoffMs: z.int().min(0).max(10_000),
  readyMs: durationMs(2 * MINUTE),
  setupMs: durationMs(3 * MINUTE),
  dialMs: durationMs(MAX_DIAL_MS),
  callerMs: durationMs(HOUR),
  callerGraceMs: durationMs(5 * MINUTE),
  renewMs: durationMs(MINUTE, BEATS_MS),
  heartbeatMs: durationMs(MINUTE, BEATS_MS),
  reattachMs: durationMs(MINUTE),
  recoveries: z.int().min(0).max(10),
  silenceMs: durationMs(2 * MINUTE),
  maxDurationMs: durationMs(24 * HOUR),
  absentMs: durationMs(MINUTE),
  apiTimeoutMs: durationMs(MINUTE),
  apiAttempts: z.int().min(1).max(20),
  apiBackoffMs: durationMs(10_000),
  settleMs: durationMs(MINUTE),
} satisfies Record<keyof CallPolicy, z.ZodInt>);

const name = z.string().min(1).max(64);

const PHONE_FORMAT = 'must be a phone number in international format, as in +4930901820';

export const startCallBody = z
  .strictObject({
    flowId: name.optional().describe('One of /v1/flows; with `agent`, whatever that agent understands'),
    agent: z
      .strictObject({ name })
      .optional()
      .describe('An agent of your own, by the name that its worker registers with (docs/own-agent.md)'),
    variables: z.record(z.string(), json).optional().describe('What the flow declares in `vars`'),
    to: z
      .strictObject({ phone: z.string().regex(/^\+[1-9]\d{6,14}$/, PHONE_FORMAT) })
      .optional()
      .describe('Calls this phone. Left out: a web call'),
    startAt: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('The call begins then, and not when it is asked for; it can be hung up before. At most 30 days ahead'),
    policy: policyOverrides.partial().optional().describe('Durations in milliseconds, and limits, of this call only'),
    metadata: z
      .record(name, z.string().max(512))
      .refine((record) => Object.keys(record).length <= 32, 'has more than 32 entries')
      .optional()
      .describe('Travels with the call and is not read'),
    queueMs: z
      .int()
      .min(1)
      .max(10 * MINUTE)
      .optional()
      .describe('At the limit of concurrent calls: how long the call may wait for a place. Without it: 429'),
    test: z
      .boolean()
      .optional()
      .describe("A test call of the page's: agents get the longer LIVEKIT_TEST_AGENT_WAIT_TIMEOUT"),
  })
  .meta({ id: 'StartCall' });
export type StartCallBody = z.infer<typeof startCallBody>;

export const startCallQuery = z.strictObject({
  wait: z
    .enum(['none', 'ready', 'started'])
    .default('none')
    .describe('ready: answer when the agent is ready. started: phone calls only, answer when the flow has started'),
});

export const idempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
    .optional()
    .describe('The same key and body give the same call; with another body the answer is 422'),
});

export const startedCall = z
  .object({
    callId: z.string(),
    status: callStatus,
    stage,
    room: z.string(),
    livekit: z
      .object({ url: z.string(), token: z.string() })
      .optional()
      .describe('To join the room, while the call lives'),
    ended: ended.optional().describe('Only when the call ended while the request waited'),
    links,
  })
  .meta({ id: 'StartedCall' });
export type StartedCall = z.infer<typeof startedCall>;

export const listQuery = z.strictObject({
  status: callStatus.optional(),
  stage: stage.optional(),
  flowId: name.optional(),
  endedReason: endedReason.optional(),
  direction: direction.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(4_096).optional().describe('`nextCursor` of the page before, with the same filters'),
});
export type ListQuery = z.infer<typeof listQuery>;

export const callList = z.object({ calls: z.array(callSummary), nextCursor: z.string().optional() });
export type CallList = z.infer<typeof callList>;

export const hangupBody = z.strictObject({ reason: z.string().max(200).optional() }).default({});

export const transferBody = z.strictObject({
  to: z
    .string()
    .regex(/^((tel:)?\+[1-9][\d ().-]{5,30}|sips?:[^\s@]+@[^\s@]+)$/, `${PHONE_FORMAT}, or a sip: or tel: address`)
    .max(200)
    .describe('A phone number, or a `sip:` or `tel:` address. Whoever runs this must allow it (PHONE_ALLOW)'),
});

export const accepted = z.object({ callId: z.string() });

export const callParams = z.object({ callId: z.string() });
export const flowParams = z.object({ flowId: z.string() });
