import closeWithGrace from 'close-with-grace';
import type { Logger } from '../../platform/logger.js';
import { within } from '../../platform/within.js';

/** Beyond the drain, for all else to close. Milliseconds. */
const CLOSE_MS = 30_000;
/** A timer of more would be over at once. Milliseconds. */
const LONGEST_MS = 2 ** 31 - 1;
const ERRORS = ['unhandledRejection', 'uncaughtException'] as const; // for close-with-grace a second one ends all calls

/**
 * Drains this process once, and ends it: when a signal asks for it (a second one ends it at once), and after an
 * exception, since its state is in doubt. Any other error that nobody handled is nearly always one call's, and must not
 * cut all the others: it is logged.
 */
export function drainAtEnd(logger: Logger, drainMs: number, drain: (cause: string) => Promise<void>): void {
  const mostMs = Math.min(drainMs + CLOSE_MS, LONGEST_MS);
  let failed = false;
  let drained: Promise<void> | undefined;
  const drainOnce = (cause: string) => (drained ??= drain(cause));
  closeWithGrace({ delay: mostMs, skip: [...ERRORS] }, async ({ signal = 'nothing to do' }) => {
    await drainOnce(signal);
    if (failed) process.exit(1);
  });
  process.on('unhandledRejection', (error) => logger.error('Agent host: nobody handled an error', { error }));
  process.on('uncaughtException', (error) => {
    logger.error('Agent host failed', { error });
    if (failed) return;
    failed = true;
    // Not as a signal to close-with-grace: the next signal would be its second.
    void within(mostMs, drainOnce('an exception'), () => new Error(`not over within ${mostMs} ms`))
      .catch((error: unknown) => logger.error('Agent host: its drain failed', { error }))
      .finally(() => process.exit(1));
  });
}
