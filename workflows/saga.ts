import { CancellationScope, log } from '@temporalio/workflow';
import type { CleanupResult } from '../contract/index.js';

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

  add(what: string, undo: () => Promise<void>): void {
    this.compensations.push({ what, undo });
  }

  /** `first` is undone before the others: hanging up deletes the room at once. */
  async compensate(results: CleanupResult[], first?: string): Promise<void> {
    const order = this.compensations.splice(0).reverse();
    if (first) order.sort((a, b) => Number(b.what === first) - Number(a.what === first));
    await CancellationScope.nonCancellable(async () => {
      for (const { what, undo } of order) {
        try {
          await undo();
          results.push({ what, ok: true });
        } catch (error) {
          log.error(`Clean-up failed: ${what}`, { what, error: String(error) });
          results.push({ what, ok: false, error: String(error) });
        }
      }
    });
  }
}
