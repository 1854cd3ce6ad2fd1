import { errors, request as send } from 'undici';
import type { Dispatcher } from 'undici';
import type { FilledRequest } from '../commands.js';
import { referenceVariable, resolveReferences } from '../references.js';
import { addressOf } from './address.js';
import { ForbiddenAddress, PublicInternet } from './public-internet.js';

export interface OutgoingOptions {
  /** Hosts inside our network that flows may reach all the same. */
  allowHosts: readonly string[];
  /** Where `{{secrets.…}}` and `{{config.…}}` are looked up. Default: this process's own. */
  environment?: Readonly<Record<string, string | undefined>>;
}

/** There is no answer. `refused`: not sent, or of no use; the same again would change nothing. */
export class RequestFailed extends Error {
  constructor(
    readonly kind: 'timeout' | 'network' | 'refused',
    message: string,
  ) {
    super(message);
  }
}

export type Answer = Dispatcher.ResponseData;

const LARGEST_BODY = 1_048_576; // bytes

/** Requests of flows to their own servers. References become values here, and go no further. */
export class Outgoing {
  private readonly internet: PublicInternet;

  constructor(private readonly options: OutgoingOptions = { allowHosts: [] }) {
    this.internet = new PublicInternet(options.allowHosts);
  }

  /**
   * One attempt, with any answer, whatever its status: its body must be read or dumped within the same timeout, which
   * begins anew whenever the reader says that the answer is `alive`.
   *
   * @throws RequestFailed, or what `signal` was aborted with
   */
  async send<T>(
    request: FilledRequest,
    idempotencyKey: string,
    signal: AbortSignal,
    read: (answer: Answer, alive: () => void) => Promise<T>,
  ): Promise<T> {
    const { address, ...options } = this.prepare(request, idempotencyKey);
    const { timeoutMs } = request;
    const late = new AbortController();
    const timeout = setTimeout(() => late.abort(), timeoutMs);
    try {
      const answer = await send(address, { ...options, signal: AbortSignal.any([late.signal, signal]) });
      return await read(answer, () => void timeout.refresh());
    } catch (error) {
      if (signal.aborted || error instanceof RequestFailed) throw error;
      if (late.signal.aborted) throw new RequestFailed('timeout', `the server did not answer within ${timeoutMs} ms`);
      if (error instanceof ForbiddenAddress) throw new RequestFailed('refused', error.message);
      if (error instanceof errors.InvalidArgumentError)
        throw new RequestFailed('refused', 'a header has a value that none may have');
      // The message names the host, which `{{config.…}}` keeps out of the history; the code says what is wrong.
      if (isOfTheNetwork(error)) throw new RequestFailed('network', `no answer from the server (${error.code})`);
      throw error;
    } finally {
      clearTimeout(timeout);
    }
  }

  private prepare({ method, url, headers, body }: FilledRequest, idempotencyKey: string) {
    const { environment = process.env } = this.options;
    const lookUp = (ref: string) => environment[referenceVariable(ref)];
    try {
      const address = addressOf(url, lookUp);
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
        headers: { ...own, ...(Object.fromEntries(given) as Record<string, string>) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        dispatcher: this.internet.dispatcher(address),
      };
    } catch (error) {
      throw new RequestFailed('refused', error instanceof TypeError ? 'its URL is none' : (error as Error).message);
    }
  }
}

const isOfTheNetwork = (error: unknown): error is Error & { code: string } =>
  typeof (error as { code?: unknown }).code === 'string';

/** The whole body as text. @throws RequestFailed when it is too large */
export async function readText(body: Answer['body'], largest = LARGEST_BODY): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largest) throw new RequestFailed('refused', `the answer is larger than ${largest} bytes`);
    parts.push(part);
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}
