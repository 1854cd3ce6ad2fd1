import type { Problem, ProblemName } from './types.js';

const PREFIX = 'urn:durable-calls:problem:';
const DEFAULT_RETRY_MS = 1_000;

/** The gateway refused, or did not answer. The message is for people; programs look at `problem`. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  /** Of `start`: its Idempotency-Key. `start` with it and the same call settles what is `unsettled`. */
  key?: string;

  constructor(
    message: string,
    /** HTTP status; undefined when no answer came. */
    readonly status?: number,
    /** Undefined when no answer came, or not one of the gateway's (a proxy in between, for one). */
    readonly details?: Problem,
    readonly retryAfterMs = DEFAULT_RETRY_MS,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get problem(): ProblemName | undefined {
    return this.details?.type.slice(PREFIX.length) as ProblemName | undefined;
  }

  /** Whether the request was carried out is not known: the same one again settles it. */
  get unsettled(): boolean {
    return this.status === undefined || this.status >= 500;
  }

  /** The same request may do better in a moment. */
  get passing(): boolean {
    return this.unsettled || this.status === 429;
  }
}

/** Nobody answered. */
export const unanswered = (url: string, cause: unknown): GatewayError => {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const why = inner instanceof Error ? inner.message : String(inner);
  const message = `No gateway answers at ${url} (${why}): start it with npm start.`;
  return new GatewayError(message, undefined, undefined, undefined, { cause });
};

/** The answer was no. `body` is a problem where the gateway wrote it. */
export function refused(response: Response, body: unknown): GatewayError {
  const { status, statusText, headers } = response;
  const details = isProblem(body) ? body : undefined;
  const text = body as Partial<Problem> | undefined;
  const message = `The gateway answered ${status}: ${text?.detail ?? text?.title ?? statusText}`;
  const seconds = Number(headers.get('retry-after')) || DEFAULT_RETRY_MS / 1_000;
  return new GatewayError(message, status, details, 1_000 * seconds);
}

const isProblem = (body: unknown): body is Problem => {
  const type = (body as Partial<Problem> | undefined)?.type;
  return typeof type === 'string' && type.startsWith(PREFIX);
};
