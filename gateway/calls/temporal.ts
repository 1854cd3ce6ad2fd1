import {
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { callWorkflowId } from '../../contract/index.js';
import { within as answerWithin } from '../../platform/within.js';
import { Problem } from '../problems.js';

/** One request to Temporal, the client's own retries included. Milliseconds. */
export const REQUEST_MS = 4_000;
const RETRY_AFTER_SECONDS = 2;
const INVALID_ARGUMENT = 3;

/** The client holds its deadline only while it talks to a server; a server that is gone it tries again beyond it. */
class NoAnswer extends Error {
  override name = 'NoAnswer';
}
/** Beyond the client's own deadline, whose error says more. Milliseconds. */
const MARGIN_MS = 200;

/** Temporal answered, and what we asked does not fit: asking again does not help. */
export const isRefused = (error: unknown): boolean => {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) && cause.code === INVALID_ARGUMENT;
};

/** Temporal may be down, or too slow, or may have done what we asked without our hearing of it. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof NoAnswer ||
  error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
  error instanceof NamespaceNotFoundError ||
  ((error instanceof ServiceError || isGrpcServiceError(error)) && !isRefused(error));

export const unavailable = (cause: unknown, advice = 'Try again.'): Problem =>
  new Problem('temporal-unavailable', `Temporal did not answer in time. ${advice}`, {
    cause,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });

/** Runs a request, or rejects after `ms`. */
export const within = <T>(client: Client, ms: number, request: () => Promise<T>): Promise<T> =>
  answerWithin(
    ms + MARGIN_MS,
    client.withDeadline(Date.now() + ms, request),
    () => new NoAnswer(`Temporal did not answer in ${ms} ms`),
  );

/** Waits no longer than `graceMs` once `stopping` is aborted: it then rejects, as when there is no answer. */
export async function untilStop<T>(stopping: AbortSignal | undefined, graceMs: number, wait: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    const leave = () => reject(new NoAnswer('The gateway stops'));
    stop = () => void (timer = setTimeout(leave, graceMs));
  });
  stopping?.addEventListener('abort', stop);
  if (stopping?.aborted) stop();
  try {
    return await Promise.race([wait, stopped]);
  } finally {
    stopping?.removeEventListener('abort', stop);
    clearTimeout(timer);
  }
}

/** Runs requests to Temporal that must answer within `ms`. No answer is a 503, never a hanging request. */
export async function ask<T>(client: Client, request: () => Promise<T>, ms = REQUEST_MS): Promise<T> {
  try {
    return await within(client, ms, request);
  } catch (error) {
    throw isUnanswered(error) ? unavailable(error) : error;
  }
}

/** What Temporal itself knows of a call, worker or not; undefined when it knows none. */
export async function describe(client: Client, callId: string): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await ask(client, () => client.workflow.getHandle(callWorkflowId(callId)).describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
