import { setTimeout as sleep } from 'node:timers/promises';

/** Polls until `check` gives something; an error of it counts as "not yet". Milliseconds. */
export async function until<T>(
  what: string,
  withinMs: number,
  check: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await check();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  }
  throw new Error(`waited ${withinMs / 1000} s for ${what}${last ? `: ${String(last)}` : ''}`, { cause: last });
}

/** What `work` gives, unless `ended` rejects before, or time is up. */
export async function within<T>(what: string, limitMs: number, ended: Promise<never>, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = sleep(limitMs, undefined, { signal: done.signal }).then(() => {
    throw new Error(`waited ${limitMs / 1000} s for ${what}`);
  });
  try {
    return await Promise.race([work, ended, late]);
  } finally {
    done.abort();
    late.catch(() => undefined);
  }
}
