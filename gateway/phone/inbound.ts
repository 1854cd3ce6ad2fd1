import type { WebhookEvent } from 'livekit-server-sdk';
import { flowHash } from '../../callflow/hash.js';
import { callIdOfSip, completePolicy, DEFAULT_POLICY, OWN_AGENT } from '../../contract/index.js';
import type { CallInput, OwnFlow } from '../../contract/index.js';
import type { AdmissionEnv } from '../admission.js';
import type { Env } from '../../platform/env.js';
import type { Logger } from '../../platform/logger.js';
import type { Keys } from '../auth/keys.js';
import type { Calls } from '../calls/port.js';
import { limitsOf, type OrgLimits } from '../limits.js';
import { Problem } from '../problems.js';
import { arrivalOf, type Arrival } from './arrival.js';
import type { AnsweredLine, Lines } from './lines.js';

interface Deps {
  env: AdmissionEnv & Pick<Env, 'temporal' | 'gateway'>;
  calls: Calls;
  lines?: Lines;
  keys?: Keys;
  logger: Logger;
}

/** Stands where no flow is known. */
const NO_FLOW: OwnFlow = { schema: OWN_AGENT, id: 'none' };
const NO_ORG = 'default';

/**
 * Starts the call of a phone that rings, exactly once however often it is told. One that nobody can serve gets a call
 * too, which ends with the reason. Numbers are in no line and no search attribute.
 */
export async function answerPhone({ env, calls, lines, keys, logger }: Deps, webhook: WebhookEvent): Promise<void> {
  const arrival = arrivalOf(webhook, env.temporal.namespace);
  if (!arrival) return;
  const line = lines?.find(arrival.called);
  const input = line ? served(env, arrival, line) : nobody(env, arrival);
  const start = async (call: CallInput, limits?: OrgLimits): Promise<void> => {
    const started = await calls.startInbound({ input: call, ...(limits && { limits }) });
    const { callId, room, org, flow, declined } = call;
    const what = declined ? `Phone call declined: ${declined.reason}` : 'Phone call came in';
    if (started) logger.info(what, { callId, room, org, flowId: flow.id });
  };
  try {
    await start(input, line && limitsOf(line.org, env, keys));
  } catch (error) {
    if (!(error instanceof Problem) || error.problem !== 'concurrency-limit') throw error;
    await start({ ...input, declined: { reason: 'concurrency-limit', detail: FULL } });
  }
}

const FULL =
  'As many calls were on as the limits or the agents allow (GATEWAY_MAX_CALLS, GATEWAY_MAX_CALLS_PER_ORG, the limit of the ' +
  'organisation): the phone was told that it is busy. Raise the limit, or add numbers elsewhere.';

const UNKNOWN =
  'Nobody answers on the number that was dialled: the phone was told that it is busy. Add the number to ' +
  'phone-numbers.json (PHONE_NUMBERS_FILE) and run npm run phone -- setup.';

const common = (env: AdmissionEnv, { sipCallId, room, identity, sid }: Arrival) => ({
  callId: callIdOfSip(sipCallId),
  room,
  direction: 'inbound' as const,
  agentName: env.agent.name,
  policy: completePolicy({}, completePolicy(env.policy, DEFAULT_POLICY)),
  startBy: Date.now() + env.startByMs,
  caller: identity,
  inbound: { callerSid: sid },
});

const served = (env: AdmissionEnv, arrival: Arrival, { org, loaded, variables }: AnsweredLine): CallInput => ({
  ...common(env, arrival),
  org,
  flow: loaded.flow,
  flowHash: loaded.hash,
  variables: { ...variables, ...numbersFor(loaded.flow, arrival) },
});

const nobody = (env: AdmissionEnv, arrival: Arrival): CallInput => ({
  ...common(env, arrival),
  org: NO_ORG,
  flow: NO_FLOW,
  flowHash: flowHash(NO_FLOW),
  variables: {},
  declined: { reason: 'rejected-invalid', detail: UNKNOWN },
});

/** A flow that asks for the numbers by declaring these variables gets them. */
function numbersFor({ vars = {} }: AnsweredLine['loaded']['flow'], { called, caller }: Arrival) {
  const wanted = (name: string) => vars[name]?.type === 'string';
  return {
    ...(caller && wanted('callerNumber') && { callerNumber: caller }),
    ...(called && wanted('calledNumber') && { calledNumber: called }),
  };
}
