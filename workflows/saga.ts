import { CancellationScope, condition, log, patched } from '@temporalio/workflow';
import type { CleanupResult } from '../contract/index.js';
import { reason } from './failures.js';

/** Calls that began before left it to the janitor. */
const LATE_UNDONE = 'late-undone';
/** The same for what came true while the clean-up ran: too late for it, too early to be still under way at its end. */
const MEANWHILE_UNDONE = 'meanwhile-undone';

interface Compensation {
  what: string;
  undo: () => Promise<void>;
}

/**
 * What has to be undone, registered *before* the step it undoes. Runs last-in-first-out where no cancellation reaches
 * it; a failure is recorded beside the call's outcome and never replaces it.
 */
export class Saga {
  private readonly compensations: Compensation[] = [];
  private undone: Compensation[] = [];
  private underWay = 0;
  private gaveUpWaiting = false;

  /** @param settleMs how long the clean-up waits for what was being made, and so long again before it is given up */
  constructor(private readonly settleMs: number) {}

  add(what: string, undo: () => Promise<void>): void {
    this.compensations.push({ what, undo });
  }

  /** Undone when all else is: nothing waits for it. */
  addLast(what: string, undo: () => Promise<void>): void {
    this.compensations.unshift({ what, undo });
  }

  /** Undone by another compensation from now on. */
  drop(what: string): void {
    const at = this.compensations.findLastIndex((compensation) => compensation.what === what);
    if (at >= 0) this.compensations.splice(at, 1);
  }

  /** A request that makes something. The end of the call ends the wait for its answer, but it may still come true. */
  async making<T>(request: () => Promise<T>): Promise<T> {
    const made = request();
    const settled = () => void (this.underWay -= 1);
    this.underWay += 1;
    void made.then(settled, settled);
    return Promise.race([made, CancellationScope.current().cancelRequested]);
  }

  /** `first` is undone before the others: hanging up deletes the room at once. */
  async compensate(results: CleanupResult[], first?: string): Promise<void> {
    const order = this.compensations.splice(0).reverse();
    if (first) order.sort((a, b) => Number(b.what === first) - Number(a.what === first));
    this.undone = order;
    await CancellationScope.nonCancellable(async () => {
      // Undone before it is made, a room would be left.
      if (this.underWay > 0) this.gaveUpWaiting = !(await condition(() => this.underWay === 0, this.settleMs));
      for (const { what, undo } of order) {
        try {
          await undo();
          results.push({ what, ok: true });
        } catch (error) {
          log.error(`Clean-up failed: ${what}`, { what, error: reason(error) });
          results.push({ what, ok: false, error: reason(error) });
        }
      }
    });
  }

  /**
   * The call has ended, but something was still being made when the clean-up could not wait any longer: once more all
   * is undone, should it have come true since, or come true now. What comes true even later is the janitor's.
   */
  async compensateLate(): Promise<void> {
    if (!this.gaveUpWaiting || !patched(this.underWay > 0 ? LATE_UNDONE : MEANWHILE_UNDONE)) return;
    await CancellationScope.nonCancellable(async () => {
      if (!(await condition(() => this.underWay === 0, this.settleMs))) return;
      for (const { what, undo } of this.undone)
        await undo().catch((error: unknown) =>
          log.error(`Late clean-up failed: ${what}`, { what, error: reason(error) }),
        );
    });
  }
}
