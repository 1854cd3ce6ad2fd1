/** Problem details (RFC 9457). A program may rely on `type`; the texts are for people and may change. */

/** Every problem that the gateway answers with. The name is the last part of `type`. */
export const PROBLEMS = {
  'unreadable-body': { status: 400, title: 'The body cannot be read' },
  unauthorized: { status: 401, title: 'No key, or not a known one' },
  'webhook-refused': { status: 401, title: 'The webhook is not from our LiveKit' },
  'agent-token-refused': { status: 401, title: 'The token of the agent is not valid' },
  forbidden: { status: 403, title: 'The key does not allow this' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'call-not-found': { status: 404, title: 'There is no such call' },
  'transcript-not-found': { status: 404, title: 'There is no such transcript' },
  'flow-not-found': { status: 404, title: 'There is no such flow' },
  'call-ended': { status: 409, title: 'The call has ended' },
  'not-transferable': { status: 409, title: 'The call cannot be transferred now' },
  'attempt-not-wanted': { status: 409, title: 'The attempt is not wanted any more' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is of a kind that is not read here' },
  'rejected-invalid': { status: 422, title: 'Something in the request does not fit' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key belongs to another request' },
  'concurrency-limit': { status: 429, title: 'As many calls as may be are on' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong here' },
  'temporal-unavailable': { status: 503, title: 'Temporal does not answer' },
} as const;

export type ProblemName = keyof typeof PROBLEMS;

export interface FieldError {
  /** Which part of the request. */
  in: 'body' | 'query' | 'path' | 'header';
  /** JSON pointer (RFC 6901) into that part; the empty pointer is the whole of it. */
  pointer: string;
  detail: string;
}

interface ProblemOptions {
  errors?: FieldError[];
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** Throw it anywhere in a request: the error handler turns it into the answer. */
export class Problem extends Error {
  readonly statusCode: number;
  readonly errors: FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly problem: ProblemName,
    readonly detail: string,
    { errors, retryAfterSeconds, cause }: ProblemOptions = {},
  ) {
    super(`${problem}: ${detail}`, { cause });
    this.statusCode = PROBLEMS[problem].status;
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  toJSON() {
    const { status, title } = PROBLEMS[this.problem];
    return { type: problemType(this.problem), title, status, detail: this.detail, errors: this.errors };
  }
}

export const problemType = (name: ProblemName): string => `urn:durable-calls:problem:${name}`;

/** All that does not fit, in one answer. */
export const rejected = (errors: FieldError[]): Problem =>
  new Problem('rejected-invalid', errors.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`).join('; '), {
    errors,
  });

export const pointer = (...path: PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
