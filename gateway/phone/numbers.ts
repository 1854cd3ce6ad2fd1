import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { orgName } from '../auth/key.js';
import { pointer } from '../problems.js';

/** Read when PHONE_NUMBERS_FILE names no other, if it is there. */
export const DEFAULT_NUMBERS_FILE = 'phone-numbers.json';

/** What is answered on a number. */
const line = z.strictObject({
  org: orgName.default('default'),
  flow: z.string().min(1),
  variables: z.record(z.string(), z.json()).default({}),
});
export type Line = z.infer<typeof line>;

const numbersFile = z.record(z.string(), line);

/** Number as it stands in the file → what is answered on it. */
export type PhoneNumbers = ReadonlyMap<string, Line>;

/** The message says which file, and all that is wrong with it. */
export class PhoneNumbersError extends Error {
  override name = 'PhoneNumbersError';

  constructor(path: string, problems: string[]) {
    super([`The phone numbers in ${path} do not fit:`, ...problems].join('\n  '));
  }
}

/** Carriers write one number in several ways: +49 30 1234, 0049301234 is not ours to know, but 49301234 is. */
export const digitsOf = (number: string): string => number.replace(/\D/g, '');

/** Undefined: no numbers are configured. @throws PhoneNumbersError */
export function readPhoneNumbers(named: string | undefined): PhoneNumbers | undefined {
  const path = named ?? DEFAULT_NUMBERS_FILE;
  if (named === undefined && !existsSync(path)) return undefined;
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new PhoneNumbersError(path, [`it cannot be read: ${(cause as Error).message}`]);
  }
  const parsed = numbersFile.safeParse(document);
  const problems = parsed.success
    ? numberProblems(Object.keys(parsed.data))
    : parsed.error.issues.map(({ path: at, message }) => `${pointer(...at) || '/'}: ${message}`);
  if (!parsed.success || problems.length > 0) throw new PhoneNumbersError(path, problems);
  return new Map(Object.entries(parsed.data));
}

function numberProblems(numbers: string[]): string[] {
  const malformed = numbers
    .filter((number) => !/^\+?\d{2,20}$/.test(number))
    .map((number) => `${pointer(number)}: must be a phone number: digits, with + before the country code`);
  const twice = numbers
    .filter((number, index) => numbers.findIndex((other) => digitsOf(other) === digitsOf(number)) < index)
    .map((number) => `${pointer(number)}: is there twice, with + and without`);
  return [...malformed, ...twice];
}
