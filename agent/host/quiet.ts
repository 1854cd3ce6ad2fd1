import type { Jobs } from './jobs.js';

const LOOK_EVERY_MS = 50;
/** In a burst, from ready to heard. Who is heard later waits for something else: for the caller, as a rule. */
const GREETED_MS = 3_000;
/** A host that is never quiet must still refill its pool. */
const LONGEST_MS = 5_000;
/** A process that is held for two minutes is ended by the framework as one that hangs. */
const LONGEST_FULL_MS = 60_000;
/** Below so many loaded processes the next call would have to wait for one: then loading comes first. */
const RESERVE = 1;

/**
 * Resolves when loading another process disturbs no caller who waits for the first word, or when few are left, and when
 * there is a place for it: a full host that loads on takes the machine from the calls that filled it. The framework
 * loads processes one after the other, so holding one holds the rest.
 *
 * @param warm loaded processes without a job
 */
export async function quietMoment(jobs: Jobs, warm: () => number): Promise<void> {
  const began = Date.now();
  const busy = () => jobs.all.some(({ heard, readyAt = Date.now() }) => !heard && Date.now() - readyAt < GREETED_MS);
  const waiting = () => jobs.all.filter(({ stage }) => stage === 'accepted').length;
  const enough = () => warm() >= jobs.free + waiting() + RESERVE;
  const held = (forMs: number) => Date.now() - began < forMs;
  while ((enough() && held(LONGEST_FULL_MS)) || (busy() && warm() > RESERVE && held(LONGEST_MS)))
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}
