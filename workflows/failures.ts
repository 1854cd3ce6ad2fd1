import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow';
import type { Chat } from '../contract/index.js';
import { EndCall } from './state.js';

/** The innermost message: what a person needs, without the wrapping. */
export function reason(error: unknown): string {
  if (error instanceof ActivityFailure && error.cause) return reason(error.cause);
  if (error instanceof TimeoutFailure) return `no answer in time (${error.timeoutType})`;
  return error instanceof Error ? error.message : String(error);
}

/** `type` of the ApplicationFailure that an activity ended with, if it ended with one. */
export function failureType(error: unknown): string | undefined {
  if (error instanceof ActivityFailure) return failureType(error.cause);
  return error instanceof ApplicationFailure ? (error.type ?? undefined) : undefined;
}

/** A detail of the ApplicationFailure that an activity ended with. Default: the first. */
export function failureDetail(error: unknown, at = 0): unknown {
  if (error instanceof ActivityFailure) return failureDetail(error.cause, at);
  return error instanceof ApplicationFailure ? error.details?.[at] : undefined;
}

/** What a lost agent left of its conversation: with the evidence, or with its last heartbeat. */
export function chatOf(error: unknown): Chat | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  const left = cause instanceof TimeoutFailure ? cause.lastHeartbeatDetails : failureDetail(cause);
  return isChat(left) ? left : undefined;
}

export const isChat = (value: unknown): value is Chat =>
  typeof (value as Chat | undefined)?.nodeRunId === 'string' && Array.isArray((value as Chat).items);

/** `type` of the failure when an activity's own worker shut down under it; the SDK's. */
export const WORKER_SHUTDOWN = 'WorkerShutdown';

/** The timeout that ended an activity, if one did. */
export function timeoutType(error: unknown): TimeoutFailure['timeoutType'] | undefined {
  if (error instanceof ActivityFailure) return timeoutType(error.cause);
  return error instanceof TimeoutFailure ? error.timeoutType : undefined;
}

export const roomGone = (): EndCall =>
  new EndCall(
    'media-lost',
    "The room is gone although the call is not over. Check whether LiveKit's node restarted, or who deleted the room.",
  );

/** An activity that ended because its heartbeats stayed away; whether any had come. Rethrows a cancellation. */
export function silenceOf(error: unknown): { heardBefore: boolean } {
  if (isCancellation(error)) throw error;
  const timeout = error instanceof ActivityFailure ? error.cause : undefined;
  return { heardBefore: timeout instanceof TimeoutFailure && timeout.lastHeartbeatDetails !== undefined };
}
