import type { ExpectedAnswer } from '../../../contract/index.js';

/** The rate of all speech that is recognised. Hertz. */
export const SPEECH_RATE = 16_000;

/** Finds out which of the answers to a question was said. */
export interface Recogniser {
  /** Whether speech can answer such a question at all. Loads nothing. */
  understands(expect: ExpectedAnswer, language: string | undefined): boolean;
  /** Gets ready for a question, loading what it needs. False: speech cannot answer this one after all. */
  prepare(expect: ExpectedAnswer, language: string | undefined): Promise<boolean>;
  /** The words, or undefined when none is sure. `speech` is mono, with a little silence around it; `signal`: nobody waits. */
  hear(expect: ExpectedAnswer, speech: Int16Array, signal?: AbortSignal): Promise<string | undefined>;
}
