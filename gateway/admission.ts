import { completePolicy, DEFAULT_POLICY, roomName } from '../contract/index.js';
import type { CallInput } from '../contract/index.js';
import type { Env } from '../platform/env.js';
import { chooseFlow } from './choose-flow.js';
import { destinationErrors } from './destinations.js';
import type { Flows } from './flows.js';
import { rejected, type FieldError } from './problems.js';
import type { StartCallBody } from './schemas/requests.js';

export type AdmissionEnv = Pick<Env, 'policy' | 'testReadyMs' | 'startByMs' | 'agent' | 'phone'>;

/** A call may be scheduled so far ahead. Milliseconds. */
const LONGEST_AHEAD_MS = 30 * 24 * 3_600_000;

interface Admission {
  body: StartCallBody;
  wait: 'none' | 'ready' | 'started';
  callId: string;
  org: string;
}

/** Everything the call needs, checked at the edge: what does not fit is refused before anything has started. */
export function admit(env: AdmissionEnv, flows: Flows, { body, wait, callId, org }: Admission): CallInput {
  const choice = chooseFlow(env, flows, body);
  const errors: FieldError[] = 'errors' in choice ? choice.errors : [];
  errors.push(...phoneErrors(env, body, wait), ...scheduleErrors(body, wait));
  if ('errors' in choice || errors.length > 0) throw rejected(errors);
  const readyMs = body.test ? { readyMs: env.testReadyMs } : {};
  const defaults = completePolicy(env.policy, DEFAULT_POLICY);
  const maxDurationMs = Math.min(defaults.maxDurationMs, env.phone.maxDurationMs);
  const startAt = body.startAt === undefined ? undefined : Date.parse(body.startAt);
  return {
    callId,
    org,
    room: roomName(callId),
    direction: body.to ? 'outbound' : 'web',
    ...choice.chosen,
    policy: completePolicy({ ...(body.to && { maxDurationMs }), ...readyMs, ...body.policy }, defaults),
    startBy: (startAt ?? Date.now()) + env.startByMs,
    ...(startAt !== undefined && { startAt }),
    ...(body.to && { to: { phone: body.to.phone } }),
    ...(body.metadata && { metadata: body.metadata }),
  };
}

function phoneErrors(env: AdmissionEnv, { to }: StartCallBody, wait: Admission['wait']): FieldError[] {
  if (to && env.phone.allow.length === 0) {
    const detail = 'phone calls are not configured here (PHONE_ALLOW): leave it out for a web call';
    return [{ in: 'body', pointer: '/to', detail }];
  }
  if (to) return destinationErrors(env, to.phone, '/to/phone');
  if (wait !== 'started') return [];
  const detail = 'only phone calls can be waited for until they start: a browser needs the answer to join';
  return [{ in: 'query', pointer: '/wait', detail }];
}

function scheduleErrors({ startAt }: StartCallBody, wait: Admission['wait']): FieldError[] {
  if (startAt === undefined) return [];
  const errors: FieldError[] = [];
  if (Date.parse(startAt) > Date.now() + LONGEST_AHEAD_MS)
    errors.push({ in: 'body', pointer: '/startAt', detail: 'is more than 30 days ahead' });
  if (wait !== 'none')
    errors.push({ in: 'query', pointer: '/wait', detail: 'a scheduled call is not waited for: leave it out' });
  return errors;
}
