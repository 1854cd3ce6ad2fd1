import type { Jobs } from './jobs.js';

const LOOK_EVERY_MS = 50;
/** A host that is never quiet must still refill its pool. */
const LONGEST_MS = 5_000;
/** Below so many loaded processes the next call would have to wait for one: then loading comes first. */
const RESERVE = 1;

/**
 * Resolves when loading another process disturbs no call that is being set up, or when few are left. The
 * framework loads processes one after the other, so holding one holds the rest.
 *
 * @param warm loaded processes without a job
 */
export async function quietMoment(jobs: Jobs, warm: () => number): Promise<void> {
  const until = Date.now() + LONGEST_MS;
  const busy = () => jobs.all.some(({ stage }) => stage !== 'ready');
  while (busy() && warm() > RESERVE && Date.now() < until)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}
