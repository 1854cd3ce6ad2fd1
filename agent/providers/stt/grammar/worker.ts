import { parentPort } from 'node:worker_threads';
import type { ExpectedAnswer } from '../../../../contract/index.js';
import { GrammarDecoder } from './decoder.js';

/** Without speech: can it answer this? With it: which answer was it? */
export interface Question {
  id: number;
  expect: ExpectedAnswer;
  speech?: Int16Array;
}
export type Answer = { id: number } & ({ ready: boolean; words?: string } | { error: string });

/** Recognition takes the whole of a core for tens of milliseconds: on the thread of the voice it would stutter. */
const loading = GrammarDecoder.load();
loading.catch(() => undefined); // told with every answer

parentPort!.on('message', async ({ id, expect, speech }: Question) => {
  const answer = (more: object) => parentPort!.postMessage({ id, ...more } as Answer);
  try {
    const decoder = await loading;
    const ready = decoder.prepare(expect);
    const words = speech && decoder.hear(expect, speech);
    answer({ ready, ...(words !== undefined && { words }) });
  } catch (error) {
    answer({ error: String(error) });
  }
});
