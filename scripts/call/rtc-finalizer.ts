/** What rtc-node's native finalizer says of a handle that LiveKit's library has let go of already. */
const MESSAGE = 'trying to drop an invalid handle';

/**
 * A room that could not be joined leaves such a handle behind, and garbage collection throws, where nobody can catch
 * it: a run of hundreds of calls would end by a call that is long over. Any other uncaught error still ends the process.
 */
export function surviveRtcFinalizer(): void {
  process.on('uncaughtException', (error) => {
    if (isRtcFinalizer(error)) return;
    console.error(error);
    process.exit(1);
  });
}

export const isRtcFinalizer = (error: { message: string }): boolean => error.message === MESSAGE;
