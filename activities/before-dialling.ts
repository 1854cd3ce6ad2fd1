import { setTimeout as sleep } from 'node:timers/promises';
import { ServerError } from 'livekit-server-sdk';
import type { Dialled } from '../contract/index.js';
import { isFinal } from './livekit-errors.js';
import { causeOf, LOOK_AT_LIVEKIT, rejected } from './phone-errors.js';

/** As for all that is asked of LiveKit. Temporal's own tries again are not to be had here: they never dial. */
const TRIES = 3;
const BACKOFF_MS = 200;

/** What LiveKit answers to a question before a dial. Whatever goes wrong here, nothing was dialled. */
export async function answerOf<T>(what: string, ask: () => Promise<T>): Promise<{ answer: T } | Dialled> {
  for (let tries = 1; ; tries++) {
    try {
      return { answer: await ask() };
    } catch (error) {
      if (tries === TRIES || (error instanceof ServerError && isFinal(error.status)))
        return rejected(`nothing was dialled: LiveKit did not ${what} (${causeOf(error)})`, LOOK_AT_LIVEKIT);
      await sleep(BACKOFF_MS * 2 ** (tries - 1));
    }
  }
}
