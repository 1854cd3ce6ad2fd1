import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Polls until `check` answers something truthy and returns it; an error of the check counts as "not yet".
 * `gaveUp` may end the wait early by throwing. Milliseconds.
 */
export async function waitUntil(check, { what, timeoutMs = 30_000, intervalMs = 50, gaveUp = () => {} }) {
  const deadline = Date.now() + timeoutMs;
  let last;
  while (Date.now() < deadline) {
    gaveUp();
    try {
      const value = await check();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await sleep(intervalMs);
  }
  const why = last === undefined ? '' : `: ${last.message}`;
  throw new Error(`${what} was not there after ${timeoutMs / 1000} s${why}`, { cause: last });
}

export const answersOk = async (url) => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
