import { heartbeat } from '@temporalio/activity';

/** Far below every heartbeat timeout there is; the worker sends fewer. Milliseconds. */
const EVERY_MS = 500;

/** Does something that takes a while, and lets Temporal know that it is still being done. */
export async function heartbeating<T>(work: () => Promise<T>): Promise<T> {
  heartbeat();
  const beats = setInterval(heartbeat, EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(beats);
  }
}
