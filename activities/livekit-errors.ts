import { ApplicationFailure } from '@temporalio/activity';
import { ServerError } from 'livekit-server-sdk';

/** Not-found on the way down means that there is nothing left to do. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof ServerError && (error.status === 404 || error.code === 'not_found');

/** 4xx will not get better by asking again, except 408 (timeout) and 429 (slow down). */
export const isFinal = (status: number): boolean => status >= 400 && status < 500 && status !== 408 && status !== 429;

/** Runs one LiveKit request and turns its error into one that Temporal retries, or does not. */
export async function request<T>(what: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof ServerError))
      throw ApplicationFailure.create({ message: `${what}: ${String(error)}`, type: 'LiveKitUnreachable' });
    throw ApplicationFailure.create({
      message: `${what}: LiveKit answered ${error.status} ${error.code ?? ''} ${error.message}`.trim(),
      type: 'LiveKitError',
      nonRetryable: isFinal(error.status),
      ...(error.status === 429 && { nextRetryDelay: 1_000 }),
    });
  }
}

/** The same for deleting things: gone already is done. */
export async function remove(what: string, send: () => Promise<unknown>): Promise<void> {
  await request(what, () =>
    send().catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    }),
  );
}
