import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, cancellationSignal, log } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { hasReached } from '../../contract/index.js';
import type { CallView } from '../../contract/index.js';
import type { CallEventActivities } from '../types.js';
import { eventsSince } from './events.js';

/** How often a call is read: while it is set up, when it is on or waits, and before it begins. Milliseconds. */
const PACE_MS = { setUp: 300, settled: 1_000, scheduled: 5_000 };
/** A stage that has lasted so long is waited in, for a caller or a place. Milliseconds. */
const SETTLED_MS = 5_000;
/** Then the activity is done again: a worker that stops waits no longer, nor does a call whose worker is gone. */
const LOOK_FOR_MS = 5_000;

interface Deps {
  read(callId: string): Promise<CallView | undefined>;
  /** Makes what sees every reading of one call. */
  keeper?(): (call: CallView) => Promise<void>;
}

/**
 * Waits for news of a call by reading it, as whoever watches it over HTTP does: what pushed them would be an event in its
 * history each time. That nothing happened is a failure to Temporal, which repeats it without an event either.
 */
export const watchActivity = ({ read, keeper }: Deps): Pick<CallEventActivities, 'watchCall'> => ({
  async watchCall({ callId, org, cursor, expectBy }) {
    const until = Date.now() + LOOK_FOR_MS;
    const keep = keeper?.();
    let notKept: Error | undefined;
    while (Date.now() < until) {
      const call = await read(callId);
      if (!call && Date.now() > expectBy) return { events: [], cursor, over: true, never: true };
      if (call && call.org !== org)
        throw ApplicationFailure.nonRetryable(`call ${callId} is of another organisation than ${org}`);
      notKept = call && (await keep?.(call).then(() => undefined, asError));
      const seen = call && eventsSince(call, cursor);
      if (seen && !notKept) return seen;
      if (seen) {
        // A disk that is full holds up no news. Only the end waits: nobody reads a call after it, to keep its last words.
        const events = seen.events.filter(({ type }) => type !== 'call.ended');
        if (events.length === 0) throw notKept;
        log.warn('What is said in a call cannot be kept now; its events are delivered', { callId, error: notKept });
        return { ...seen, events, over: false };
      }
      await sleep(paceOf(call), undefined, { signal: cancellationSignal() });
    }
    if (notKept) throw notKept;
    throw ApplicationFailure.create({
      message: 'nothing new',
      category: ApplicationFailureCategory.BENIGN,
      nextRetryDelay: '100 milliseconds',
    });
  },
});

const paceOf = (call: CallView | undefined, now = Date.now()): number => {
  if (!call) return PACE_MS.setUp;
  const { stage, stageSince, startAt = 0 } = call;
  if (startAt > now + PACE_MS.scheduled) return PACE_MS.scheduled;
  const settled = now - stageSince > SETTLED_MS || (hasReached(stage, 'flow') && !hasReached(stage, 'cleanup'));
  return settled ? PACE_MS.settled : PACE_MS.setUp;
};

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
