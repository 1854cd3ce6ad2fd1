import { patched, workflowInfo } from '@temporalio/workflow';

/** Calls that began before had all of their time from when a worker took them. */
const COUNTS_FROM_REQUEST = 'setup-counts-from-request';
/** Workers usually take a call within milliseconds; whoever waits less is not worth a marker in the history. */
const NOTICED_MS = 1_000;

/** When the call was asked for. Milliseconds since the epoch. */
export const requestedAt = (): number => workflowInfo().startTime.getTime();

/**
 * Where the time for the set-up counts from: the request, however late a worker took the call, since its caller waits
 * from then on; or now, when the call had to wait for its time or its place.
 *
 * @param takenAt when a worker took it
 */
export function setupFrom(takenAt: number): number {
  const hadToWait = Date.now() > takenAt;
  if (hadToWait || takenAt - requestedAt() < NOTICED_MS || !patched(COUNTS_FROM_REQUEST)) return Date.now();
  return requestedAt();
}
