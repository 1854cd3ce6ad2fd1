import type { Logger } from '../../platform/logger.js';

/**
 * An error that nobody handled is nearly always one call's, and must not cut all the others. A promise's is logged.
 * After an exception the state of this process is in doubt: `drain` lets its calls end and takes no more.
 */
export function surviveErrors(logger: Logger, drain: () => void): void {
  let draining = false;
  process.on('unhandledRejection', (error) => logger.error('Agent host: nobody handled an error', { error }));
  process.on('uncaughtException', (error) => {
    logger.error('Agent host failed', { error });
    if (draining) return;
    draining = true;
    drain();
  });
}
