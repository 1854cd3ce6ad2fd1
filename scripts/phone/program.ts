import { Command, InvalidArgumentError } from 'commander';
import { PhoneNumbersError, readPhoneNumbers } from '../../gateway/phone/numbers.js';
import { ConfigError, loadEnv } from '../../platform/env.js';
import { createSipClient } from '../../platform/livekit.js';
import { setUpInbound } from './setup.js';

interface SetupOptions {
  file?: string;
  allow: string[];
  json?: true;
}

/** `npm run phone`: 0 when done, 1 when the numbers do not fit or LiveKit refuses. */
export function phoneProgram(env: NodeJS.ProcessEnv): Command {
  const program = new Command('npm run phone --').description(
    'Phone numbers of the calls: what LiveKit SIP must know.',
  );
  program
    .command('setup')
    .description("makes LiveKit's inbound trunk and dispatch rule, or changes them to fit the numbers")
    .option('--file <path>', 'the numbers (default: PHONE_NUMBERS_FILE, or phone-numbers.json)')
    .option(
      '--allow <list>',
      "your carrier's addresses, separated by commas; without, calls come from anywhere",
      addresses,
      [],
    )
    .option('--json', 'print one JSON object')
    .action((options: SetupOptions) => setup(env, options));
  return program;
}

async function setup(source: NodeJS.ProcessEnv, { file, allow, json }: SetupOptions): Promise<void> {
  try {
    const env = loadEnv(source);
    const numbers = readPhoneNumbers(file ?? env.phone.numbersFile);
    if (!numbers || numbers.size === 0)
      throw new PhoneNumbersError(file ?? 'phone-numbers.json', ['there is none: see docs/phones.md']);
    const wanted = { namespace: env.temporal.namespace, numbers: [...numbers.keys()], allow };
    const made = await setUpInbound(createSipClient(env), wanted);
    if (json) return print({ ok: true, made, numbers: wanted.numbers });
    for (const { what, id, outcome } of made) console.log(`${what.padEnd(22)} ${id}  ${outcome}`);
    console.log(`${numbers.size} numbers: ${wanted.numbers.join(', ')}`);
  } catch (error) {
    const message = said(error);
    console.error(message);
    if (json) print({ ok: false, error: message });
    process.exitCode = 1;
  }
}

function said(error: unknown): string {
  if (error instanceof PhoneNumbersError || error instanceof ConfigError) return error.message;
  return `LiveKit did not do it: ${(error as Error).message}. Is LiveKit running, with Redis (npm start -- --phone)?`;
}

const print = (answer: object): void => console.log(JSON.stringify(answer));

function addresses(text: string): string[] {
  const list = text.split(',').map((each) => each.trim());
  const wrong = list.find((each) => !/^[\da-fA-F.:]+(\/\d{1,3})?$/.test(each));
  if (wrong !== undefined)
    throw new InvalidArgumentError(`"${wrong}" is not an address, as in 203.0.113.7 or 203.0.113.0/24.`);
  return list;
}
