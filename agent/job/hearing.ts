import type { ExpectedAnswer } from '../../contract/index.js';

/** What came of a stretch of speech; without `words` it was not understood. */
export interface Utterance {
  words?: string;
}

export interface Listener {
  started(): void;
  /** Undefined: it was no speech after all. */
  ended(utterance?: Utterance): void;
}

/** The caller's voice. */
export class Hearing {
  listen(_expect: ExpectedAnswer, _language: string | undefined, _listener: Listener): () => void {
    return () => undefined;
  }
}
