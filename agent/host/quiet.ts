import type { Jobs } from './jobs.js';

const LOOK_EVERY_MS = 50;
/** A host that is never quiet must still refill its pool. */
const LONGEST_MS = 20_000;

/**
 * Resolves when loading another process disturbs no call that is being set up, or when one waits for just that. The
 * framework loads processes one after the other, so holding one holds the rest.
 *
 * @param warm loaded processes without a job
 */
export async function quietMoment(jobs: Jobs, warm: () => number): Promise<void> {
  const until = Date.now() + LONGEST_MS;
  const busy = () => jobs.all.some(({ stage }) => stage !== 'ready');
  while (busy() && warm() > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}
