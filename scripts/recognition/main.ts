import { dispose } from '@livekit/rtc-node';
import { Entry } from '../../agent/job/entry.js';
import { GrammarDecoder } from '../../agent/providers/stt/grammar/decoder.js';
import { expectedAnswer } from '../../callflow/answer.js';
import type { Expect } from '../../contract/index.js';
import { ANSWERS, OTHER, VOICES } from './phrases.js';
import { say } from './voice.js';

/** `npm run recognition`: what the embedded recogniser makes of synthetic voices. The figures in docs/flows.md. */
const decoder = await GrammarDecoder.load();
const times: number[] = [];

function heard(asked: Expect, text: string, voice: string): string | undefined {
  const expected = expectedAnswer(asked, 'en');
  const speech = say(text, voice);
  decoder.prepare(expected);
  const began = performance.now();
  const result = new Entry(expected).spoken(decoder.hear(expected, speech));
  times.push(performance.now() - began);
  return result.kind === 'answered' ? result.value : undefined;
}

const total = { answers: 0, understood: 0, wrong: 0, others: 0, taken: 0 };
const mistakes: string[] = [];
for (const voice of VOICES) {
  const own = { answers: 0, understood: 0, wrong: 0, others: 0, taken: 0 };
  for (const { asked, said } of ANSWERS) {
    for (const [text, value] of Object.entries(said)) {
      const got = heard(asked, text, voice);
      own.answers += 1;
      if (got === value) own.understood += 1;
      else if (got !== undefined) own.wrong += mistakes.push(`${voice}: "${text}" was heard as ${got}`) && 1;
    }
    for (const text of OTHER) {
      const got = heard(asked, text, voice);
      own.others += 1;
      if (got !== undefined) own.taken += mistakes.push(`${voice}: "${text}" was taken for ${got}`) && 1;
    }
  }
  console.log(
    `${voice}: ${own.understood} of ${own.answers} answers understood, ${own.wrong} wrong; ${own.taken} of ${own.others} others taken for one`,
  );
  for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += own[key];
}
for (const mistake of mistakes) console.log(mistake);
times.sort((a, b) => a - b);
console.log(
  `recognition: ${Math.round(times[times.length >> 1]!)} ms (median), ${Math.round(times.at(-1)!)} ms at most`,
);
console.log(
  `${total.understood} of ${total.answers} answers understood, ${total.wrong} wrong, ${total.answers - total.understood - total.wrong} not understood; ` +
    `${total.taken} of ${total.others} other phrases taken for an answer`,
);
await dispose(); // rtc-node's threads would keep the process
