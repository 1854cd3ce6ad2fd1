import { visit } from 'jsonc-parser';
import { checkDocument } from './checks/document.js';
import type { FlowError } from './checks/errors.js';
import { flowError } from './checks/errors.js';
import { LIMITS } from './limits.js';

/** JSON text as a document; the size is checked before anything is read. */
export function parseDocument(text: string): { document: unknown } | { errors: FlowError[] } {
  if (text.length > LIMITS.documentSize)
    return { errors: [flowError([], `the file has more than ${LIMITS.documentSize} characters`)] };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { errors: [flowError([], `the file is not JSON: ${(error as Error).message}`)] };
  }
  const unfit = checkDocument(document); // what is nested too deep would be too deep for the next look as well
  const errors = unfit.length > 0 ? unfit : namedTwice(text);
  return errors.length > 0 ? { errors } : { document };
}

/** Two values with one name, such as two nodes: JSON.parse keeps the last one and tells nobody. */
function namedTwice(text: string): FlowError[] {
  const errors: FlowError[] = [];
  const open: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty(name, _offset, _length, line, _character, pathOf) {
      const names = open.at(-1)!;
      if (names.has(name))
        errors.push(
          flowError([...pathOf(), name], `is there a second time, on line ${line + 1}: give it another name`),
        );
      names.add(name);
    },
  });
  return errors;
}
