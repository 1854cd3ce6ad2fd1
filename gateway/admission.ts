import { completePolicy, DEFAULT_POLICY, roomName } from '../contract/index.js';
import type { CallInput } from '../contract/index.js';
import type { Env } from '../platform/env.js';
import { chooseFlow } from './choose-flow.js';
import type { Flows } from './flows.js';
import { rejected, type FieldError } from './problems.js';
import type { StartCallBody } from './schemas/requests.js';

export type AdmissionEnv = Pick<Env, 'policy' | 'testReadyMs' | 'startByMs' | 'agent'>;

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
  if (body.to) {
    errors.push({
      in: 'body',
      pointer: '/to',
      detail: 'phone calls are not configured here: leave it out for a web call',
    });
  } else if (wait === 'started') {
    const detail = 'only phone calls can be waited for until they start: a browser needs the answer to join';
    errors.push({ in: 'query', pointer: '/wait', detail });
  }
  if ('errors' in choice || errors.length > 0) throw rejected(errors);
  const readyMs = body.test ? { readyMs: env.testReadyMs } : {};
  return {
    callId,
    org,
    room: roomName(callId),
    direction: 'web',
    ...choice.chosen,
    policy: completePolicy({ ...readyMs, ...body.policy }, completePolicy(env.policy, DEFAULT_POLICY)),
    startBy: Date.now() + env.startByMs,
    ...(body.metadata && { metadata: body.metadata }),
  };
}
