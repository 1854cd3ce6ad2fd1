import { ApplicationFailure } from '@temporalio/activity';
import { RequestFailed } from '../callflow/outgoing/index.js';
import { HTTP_FAILURES } from '../contract/index.js';

/** A caller waits on the line: a server that wants more time than this is not asked again. Milliseconds. */
const LONGEST_WAIT_MS = 10_000;

/** Worth another try. */
export const failed = (type: string, message: string): ApplicationFailure =>
  ApplicationFailure.create({ message, type });

/** The same again would change nothing. */
export const refused = (message: string): ApplicationFailure =>
  ApplicationFailure.create({ message, type: HTTP_FAILURES.refused, nonRetryable: true });

/** The server says that it cannot now: again after its own time, if it names one. `more` is for who reads the failure. */
export function retryLater(
  status: number,
  retryAfter: string | string[] | undefined,
  ...more: unknown[]
): ApplicationFailure {
  const waitMs = typeof retryAfter === 'string' ? waitOf(retryAfter) : undefined;
  return ApplicationFailure.create({
    message: `the server answered ${status}`,
    type: HTTP_FAILURES.status,
    details: [status, ...more],
    ...(waitMs !== undefined && (waitMs > LONGEST_WAIT_MS ? { nonRetryable: true } : { nextRetryDelay: waitMs })),
  });
}

/** Retry-After is seconds or a date. */
export function waitOf(retryAfter: string): number | undefined {
  const waitMs = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - Date.now();
  // At once is not 0: Temporal takes that for never.
  return Number.isFinite(waitMs) ? Math.max(1, waitMs) : undefined;
}

/** What became of a request, as Temporal is to take it. */
export function asFailure(error: unknown): unknown {
  if (!(error instanceof RequestFailed)) return error;
  return error.kind === 'refused' ? refused(error.message) : failed(HTTP_FAILURES[error.kind], error.message);
}
