import type { Expect } from '../../contract/flow.js';
import { normal } from '../answer.js';
import { yesNoWords, YES_NO_LANGUAGES } from '../yes-no.js';
import type { FlowError, Path } from './errors.js';
import { flowError } from './errors.js';

/** Callers can answer what is asked, in one way each. */
export function checkExpect(expect: Expect, language: string | undefined, at: Path): FlowError[] {
  switch (expect.kind) {
    case 'choice': {
      const options = Object.keys(expect.options);
      const keys = Object.entries(expect.dtmf ?? {});
      return [
        ...(options.length === 0 ? [flowError([...at, 'options'], 'a choice needs options')] : []),
        ...keys
          .filter(([, option]) => !Object.hasOwn(expect.options, option))
          .map(([key, option]) => flowError([...at, 'dtmf', key], `there is no option "${option}"`)),
        ...ambiguous(expect.options, [...at, 'options']),
      ];
    }
    case 'yes-no':
      return yesNoWords(language)
        ? []
        : [flowError(at, `yes-no knows ${YES_NO_LANGUAGES.join(', ')}: use a choice for other languages`)];
    case 'digits': {
      const { length, minLength = 1, maxLength = Infinity } = expect;
      if (length !== undefined && (expect.minLength ?? expect.maxLength) !== undefined)
        return [flowError([...at, 'length'], 'give either length, or minLength and maxLength')];
      return minLength > maxLength ? [flowError([...at, 'minLength'], 'must not be more than maxLength')] : [];
    }
    case 'text':
      return [];
  }
}

function ambiguous(options: Record<string, string[]>, at: Path): FlowError[] {
  const meanings = new Map<string, string>();
  return Object.entries(options).flatMap(([option, words]) =>
    words.flatMap((word, i) => {
      const heard = normal(word);
      const other = meanings.get(heard);
      meanings.set(heard, other ?? option);
      if (heard === '') return [flowError([...at, option, i], 'must have a letter or a digit')];
      return other === undefined || other === option
        ? []
        : [flowError([...at, option, i], `"${word}" already means "${other}"`)];
    }),
  );
}
