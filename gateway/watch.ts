import { setTimeout as sleep } from 'node:timers/promises';
import { hasReached } from '../contract/index.js';
import type { CallView } from '../contract/index.js';
import type { Logger } from '../platform/logger.js';

type Listener = (view: CallView) => void;

/** How often a watched call is read. Milliseconds. */
const PACE_MS = { setUp: 200, settled: 500, noAnswer: 2_000 };
/** A stage that has lasted so long is waited in: for a caller, a place, the time of a scheduled call. Milliseconds. */
const SETTLED_MS = 5_000;

function paceOf({ partial, stage, stageSince }: CallView): number {
  if (partial) return PACE_MS.noAnswer;
  return hasReached(stage, 'flow') || Date.now() - stageSince > SETTLED_MS ? PACE_MS.settled : PACE_MS.setUp;
}

/**
 * Reads each watched call once, for however many watch it. Polling, because a worker that pushed would have to know
 * every gateway, and each push would be an event in the call's history.
 */
export class Watches {
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(
    private readonly read: (org: string, callId: string) => Promise<CallView>,
    private readonly logger: Pick<Logger, 'error'>,
  ) {}

  /**
   * Calls `listener` with each reading until the call has ended or the returned function is called. The call is known
   * to be `org`'s.
   */
  watch(org: string, callId: string, listener: Listener): () => void {
    const watching = this.listeners.get(callId) ?? new Set();
    watching.add(listener);
    if (!this.listeners.has(callId)) {
      this.listeners.set(callId, watching);
      void this.poll(org, callId, watching);
    }
    return () => watching.delete(listener);
  }

  private async poll(org: string, callId: string, watching: Set<Listener>): Promise<void> {
    let paceMs = PACE_MS.setUp;
    while (watching.size > 0) {
      await sleep(paceMs);
      if (watching.size === 0) break;
      // A call that cannot be read now is read later: its watchers keep what they have.
      const view = await this.read(org, callId).catch(() => undefined);
      paceMs = view ? paceOf(view) : PACE_MS.noAnswer;
      if (view) for (const listener of watching) this.tell(listener, view);
      if (view?.status === 'ended') break;
    }
    this.listeners.delete(callId);
  }

  /** One that fails costs the others nothing. */
  private tell(listener: Listener, view: CallView): void {
    try {
      listener(view);
    } catch (error) {
      this.logger.error('What happens in a call could not be told to one who watches it', {
        callId: view.callId,
        error,
      });
    }
  }
}
