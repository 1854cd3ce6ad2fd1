import { Context } from '@temporalio/activity';
import { Outgoing } from '../callflow/outgoing/index.js';
import type { Answer, OutgoingOptions } from '../callflow/outgoing/index.js';
import { asFailure, retryLater } from './http-errors.js';
import { valuesOf } from './http-answer.js';
import type { HttpActivities } from './types.js';

export type HttpOptions = OutgoingOptions;

/** Requests of flows to their own servers. References become values here, and never get into the history. */
export function httpActivities(options?: HttpOptions): HttpActivities {
  const outgoing = new Outgoing(options);
  return {
    async sendRequest({ request, idempotencyKey, save }) {
      const { cancellationSignal } = Context.current();
      try {
        return await outgoing.send(request, idempotencyKey, cancellationSignal, (answer) => answerOf(answer, save));
      } catch (error) {
        throw asFailure(error);
      }
    },
  };
}

/** @throws ApplicationFailure for an answer that may be better next time, or cannot be used */
async function answerOf(response: Answer, save: Record<string, string>) {
  const { statusCode: status, headers, body } = response;
  const isGood = status >= 200 && status < 300;
  if (isGood && Object.keys(save).length > 0) return { status, values: await valuesOf(response, save) };
  await body.dump(); // undici reads so much that the connection can be used again, and no more
  if (status === 429 || status >= 500) throw retryLater(status, headers['retry-after']);
  return { status, values: {} };
}
