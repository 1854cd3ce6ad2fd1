import type { ExpectedAnswer } from '../../../../contract/index.js';

/**
 * Words that nobody asked for. They compete with the answers: what sounds more like one of them is no answer. Without
 * them whatever a caller says is taken for the answer that it is least unlike.
 */
const DECOYS = `what why where when help goodbye maybe perhaps please thanks repeat again pardon sorry understand
  nothing something someone everybody never always tomorrow today monday morning evening water money music people
  number telephone computer problem question speak listen moment second minute hour week before after under over many
  little bigger better person doctor driver children school house window kitchen garden coffee dinner`
  .trim()
  .split(/\s+/);

/** How much likelier an answer is than a decoy. Measured: docs/flows.md. */
const WEIGHT = 100;

/**
 * What can be said in answer, as the words of a dictionary. Only a choice can be: of spoken digits too many were heard
 * wrong, and no grammar tells free text.
 */
export function phrasesOf(expect: ExpectedAnswer): string[] {
  if (expect.kind !== 'choice') return [];
  const words = Object.values(expect.options).flat();
  return [
    ...new Set(
      words.map((each) =>
        each
          .toLowerCase()
          .replace(/[^a-z']+/g, ' ')
          .trim(),
      ),
    ),
  ].filter(Boolean);
}

/**
 * The grammar of a question, or undefined when the dictionary knows none of its answers.
 *
 * @param pronounce how the dictionary says a word; null when it does not know it
 */
export function grammarOf(
  expect: ExpectedAnswer,
  pronounce: (word: string) => string | null,
): { jsgf: string; answers: Set<string> } | undefined {
  const known = (phrase: string) => phrase.split(' ').every((word) => pronounce(word) !== null);
  const phrases = phrasesOf(expect).filter(known);
  if (phrases.length === 0) return undefined;
  const answers = new Set(phrases.flatMap((phrase) => phrase.split(' ')));
  const sounds = new Set([...answers].map(pronounce));
  const decoys = DECOYS.filter((word) => known(word) && !sounds.has(pronounce(word)));
  const jsgf = [
    '#JSGF V1.0;',
    'grammar answers;',
    `public <said> = /${WEIGHT}/ <answer> | /1/ <other>;`,
    `<answer> = ${phrases.join(' | ')};`,
    `<other> = ${decoys.join(' | ')};`,
  ].join('\n');
  return { jsgf, answers };
}
