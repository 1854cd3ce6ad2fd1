import { checkVariables } from '../../callflow/validate.js';
import type { Variables } from '../../contract/index.js';
import type { Logger } from '../../platform/logger.js';
import { watchFile } from '../../platform/watched-file.js';
import type { Flows, LoadedFlow } from '../flows.js';
import { pointer } from '../problems.js';
import { DEFAULT_NUMBERS_FILE, digitsOf, PhoneNumbersError, readPhoneNumbers, type PhoneNumbers } from './numbers.js';

/** What is answered on a number, checked: the flow is there and the variables fit. */
export interface AnsweredLine {
  org: string;
  loaded: LoadedFlow;
  variables: Variables;
}

export interface Lines {
  /** Undefined: nobody answers there. */
  find(number: string | undefined): AnsweredLine | undefined;
  close(): void;
}

/** The numbers of a file, read again when it changes. One that does not fit later on changes nothing. */
export function watchLines(named: string | undefined, flows: Flows, logger: Logger): Lines {
  const path = named ?? DEFAULT_NUMBERS_FILE;
  const file = watchFile(path, () => readLines(named, flows), {
    read: ({ size }) => void (size > 0 && logger.info('Phone numbers read', { file: path, numbers: size })),
    failed: (error) => logger.error('The changed phone numbers are not used: those of before still hold', { error }),
  });
  return {
    find: (number) => (number === undefined ? undefined : file.value.get(digitsOf(number))),
    close: () => file.close(),
  };
}

/** By their digits. @throws PhoneNumbersError with all that is wrong */
export function readLines(named: string | undefined, flows: Flows): ReadonlyMap<string, AnsweredLine> {
  const numbers = readPhoneNumbers(named) ?? new Map();
  const problems: string[] = [];
  const lines = new Map<string, AnsweredLine>();
  for (const [number, line] of numbers as PhoneNumbers) {
    const loaded = flows.get(line.flow);
    if (!loaded) {
      const known = [...flows.keys()].join(', ');
      problems.push(`${pointer(number, 'flow')}: there is no flow "${line.flow}"; there are: ${known}`);
      continue;
    }
    const checked = checkVariables(loaded.flow, line.variables);
    if (checked.ok) lines.set(digitsOf(number), { org: line.org, loaded, variables: checked.variables });
    else
      problems.push(
        ...checked.errors.map(({ pointer: at, message }) => `${pointer(number, 'variables')}${at}: ${message}`),
      );
  }
  if (problems.length > 0) throw new PhoneNumbersError(named ?? DEFAULT_NUMBERS_FILE, problems);
  return lines;
}
