import { ApplicationFailure, Context } from '@temporalio/activity';
import { Webhook } from 'standardwebhooks';
import { request } from 'undici';
import type { CallEvent, FailedAttempt } from '../../contract/index.js';
import type { Endpoint, Endpoints } from '../../platform/webhook-endpoints.js';
import { waitOf } from '../http-errors.js';
import { ForbiddenAddress, type PublicInternet } from '../../callflow/outgoing/public-internet.js';
import type { CallEventActivities } from '../types.js';

/** `type` of the ApplicationFailures that an attempt ends with. */
const TYPE = 'WebhookNotDelivered';
/** A Retry-After beyond it is not waited for. Milliseconds. */
const LONGEST_WAIT_MS = 3_600_000;
const GONE = 410;

interface Deps {
  endpoints: Endpoints;
  internet: PublicInternet;
  timeoutMs: number;
}

/**
 * One attempt to bring an event to an endpoint, as Standard Webhooks says: signed by its library, 2xx is taken, 410 wants
 * no more, everything else is tried again. URL and secret are read here: neither gets into the history.
 */
export const deliverActivity = ({
  endpoints,
  internet,
  timeoutMs,
}: Deps): Pick<CallEventActivities, 'deliverEvent'> => ({
  async deliverEvent({ org, endpoint: id, event }) {
    const { attempt } = Context.current().info;
    const fail = (message: string, more: { httpStatus?: number; nonRetryable?: boolean; waitMs?: number } = {}) => {
      const { httpStatus, nonRetryable, waitMs } = more;
      const detail: FailedAttempt = { attempt, ...(httpStatus && { httpStatus }) };
      const nextRetryDelay = waitMs === undefined || waitMs > LONGEST_WAIT_MS ? undefined : waitMs;
      return ApplicationFailure.create({ message, type: TYPE, details: [detail], nonRetryable, nextRetryDelay });
    };

    const endpoint = endpoints.of(org).find((each) => each.id === id);
    if (!endpoint) throw fail('the endpoint is not in WEBHOOKS_FILE any more', { nonRetryable: true });
    let answer;
    try {
      answer = await send({ internet, timeoutMs }, endpoint, event);
    } catch (error) {
      if (Context.current().cancellationSignal.aborted) throw error;
      if (error instanceof ForbiddenAddress) throw fail(error.message, { nonRetryable: true });
      const { name, code } = error as { name?: string; code?: string };
      throw fail(name === 'TimeoutError' ? `no answer within ${timeoutMs} ms` : `no answer (${code ?? name})`);
    }
    const { statusCode: httpStatus, headers } = answer;
    if (httpStatus >= 200 && httpStatus < 300) return { attempt, httpStatus };
    if (httpStatus === GONE) return { attempt, httpStatus, gone: true };
    const after = headers['retry-after'];
    const waitMs = typeof after === 'string' ? waitOf(after) : undefined;
    throw fail(`the endpoint answered ${httpStatus}`, { httpStatus, ...(waitMs !== undefined && { waitMs }) });
  },
});

/** The answer's head; nobody reads its body. */
async function send(
  { internet, timeoutMs }: Pick<Deps, 'internet' | 'timeoutMs'>,
  { url, secrets }: Endpoint,
  { id, type, at, data }: CallEvent,
) {
  const address = new URL(url);
  const body = JSON.stringify({ type, timestamp: new Date(at).toISOString(), data });
  const now = new Date();
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), Context.current().cancellationSignal]);
  const answer = await request(address, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'durable-calls',
      'webhook-id': id,
      'webhook-timestamp': `${Math.floor(now.getTime() / 1_000)}`,
      'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
    },
    body,
    dispatcher: internet.dispatcher(address),
    signal,
  });
  await answer.body.dump({ limit: 16_384, signal });
  return answer;
}
