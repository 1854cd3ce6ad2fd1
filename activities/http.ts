import { ApplicationFailure, Context } from '@temporalio/activity';
import { errors, request as send } from 'undici';
import type { Dispatcher } from 'undici';
import { referenceVariable, resolveReferences } from '../callflow/references.js';
import { HTTP_FAILURES } from '../contract/index.js';
import { failed, refused, retryLater } from './http-errors.js';
import { valuesOf } from './http-answer.js';
import { ForbiddenAddress, PublicInternet } from './public-internet.js';
import type { HttpActivities, HttpSend } from './types.js';

export interface HttpOptions {
  /** Hosts inside our network that flows may reach all the same. */
  allowHosts: readonly string[];
  /** Where `{{secrets.…}}` and `{{config.…}}` are looked up. Default: this process's own. */
  environment?: Readonly<Record<string, string | undefined>>;
}

/** Requests of flows to their own servers. References become values here, and never get into the history. */
export function httpActivities(
  { allowHosts, environment = process.env }: HttpOptions = { allowHosts: [] },
): HttpActivities {
  const internet = new PublicInternet(allowHosts);
  const lookUp = (ref: string) => environment[referenceVariable(ref)];

  function prepare({ request, idempotencyKey }: HttpSend) {
    const { method, url, headers, body, timeoutMs } = request;
    try {
      const address = new URL(resolveReferences(url, lookUp));
      if (!/^https?:$/.test(address.protocol)) throw new Error('its URL must begin with https:// or http://');
      const given = Object.entries(headers).map(([name, value]) => [
        name.toLowerCase(),
        resolveReferences(value, lookUp),
      ]);
      const own = {
        'idempotency-key': idempotencyKey,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      };
      return {
        address,
        method,
        timeoutMs,
        headers: { ...own, ...(Object.fromEntries(given) as Record<string, string>) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        dispatcher: internet.dispatcher(address),
      };
    } catch (error) {
      throw refused(error instanceof TypeError ? 'its URL is none' : (error as Error).message);
    }
  }

  return {
    async sendRequest(command) {
      const { address, timeoutMs, ...options } = prepare(command);
      const { cancellationSignal } = Context.current();
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        const signal = AbortSignal.any([timeout, cancellationSignal]);
        return await answerOf(await send(address, { ...options, signal }), command.save);
      } catch (error) {
        if (error instanceof ApplicationFailure || cancellationSignal.aborted) throw error;
        if (timeout.aborted) throw failed(HTTP_FAILURES.timeout, `the server did not answer within ${timeoutMs} ms`);
        if (error instanceof ForbiddenAddress) throw refused(error.message);
        if (error instanceof errors.InvalidArgumentError) throw refused('a header has a value that none may have');
        // The message names the host, which `{{config.…}}` keeps out of the history; the code says what is wrong.
        throw failed(
          HTTP_FAILURES.network,
          `no answer from the server (${(error as { code?: string }).code ?? error})`,
        );
      }
    },
  };
}

/** @throws ApplicationFailure for an answer that may be better next time, or cannot be used */
async function answerOf(response: Dispatcher.ResponseData, save: Record<string, string>) {
  const { statusCode: status, headers, body } = response;
  const isGood = status >= 200 && status < 300;
  if (isGood && Object.keys(save).length > 0) return { status, values: await valuesOf(response, save) };
  await body.dump(); // undici reads so much that the connection can be used again, and no more
  if (status === 429 || status >= 500) throw retryLater(status, headers['retry-after']);
  return { status, values: {} };
}
