import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  /** Longest wait. Milliseconds. */
  timeoutMs?: number;
  /** Between two looks. Milliseconds. */
  everyMs?: number;
}

/** Waits for a condition and answers it; an error of `check` counts as "not yet" and is named when time is up. */
export async function until<T>(
  what: string,
  check: () => T | Promise<T>,
  { timeoutMs = 60_000, everyMs = 50 }: Patience = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let problem = '';
    try {
      const value = await check();
      if (value) return value as NonNullable<T>;
    } catch (error) {
      problem = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}${problem}`);
    await sleep(everyMs);
  }
}
