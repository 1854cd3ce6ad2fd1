import { Command, InvalidArgumentError } from 'commander';
import { PhoneNumbersError, readPhoneNumbers } from '../../gateway/phone/numbers.js';
import { isPhoneNumber } from '../../contract/index.js';
import { ConfigError, loadEnv } from '../../platform/env.js';
import { createSipClient } from '../../platform/livekit.js';
import { setUpOutbound } from './outbound.js';
import { setUpInbound } from './setup.js';
import type { Made } from './setup.js';

interface SetupOptions {
  file?: string;
  allow?: string[];
  outbound?: string;
  number: string[];
  json?: true;
}

/** `npm run phone`: 0 when done, 1 when the numbers do not fit or LiveKit refuses. */
export function phoneProgram(env: NodeJS.ProcessEnv): Command {
  const program = new Command('npm run phone --').description(
    'Phone numbers of the calls: what LiveKit SIP must know.',
  );
  program
    .command('setup')
    .description("makes LiveKit's trunks and dispatch rules, or changes them to fit the numbers and the carrier")
    .option('--file <path>', 'the numbers (default: PHONE_NUMBERS_FILE, or phone-numbers.json)')
    .option(
      '--allow <list>',
      "your carrier's addresses, separated by commas (default: as before; calls to a new trunk come from anywhere)",
      addresses,
    )
    .option(
      '--outbound <address>',
      'also the trunk of calls to phones: host[:port] of your carrier; its login from SIP_OUTBOUND_USERNAME, SIP_OUTBOUND_PASSWORD',
      host,
    )
    .option('--number <list>', 'numbers that --outbound calls from, separated by commas', phoneNumbers, [])
    .option('--json', 'print one JSON object')
    .action((options: SetupOptions) => setup(env, options));
  return program;
}

async function setup(source: NodeJS.ProcessEnv, options: SetupOptions): Promise<void> {
  const { file, allow, outbound: address, number: from, json } = options;
  try {
    if ((address === undefined) !== (from.length === 0))
      throw new ConfigError('--outbound and --number go together: the carrier, and the number that it shows');
    const env = loadEnv(source);
    const sip = createSipClient(env);
    const numbers = [...(readPhoneNumbers(file ?? env.phone.numbersFile)?.keys() ?? [])];
    if (numbers.length === 0 && address === undefined)
      throw new PhoneNumbersError(file ?? 'phone-numbers.json', ['there is none: see docs/phones.md']);
    const made: Made[] = [];
    if (address !== undefined) made.push(await setUpOutbound(sip, { address, numbers: from, ...env.phone.trunkLogin }));
    if (numbers.length > 0)
      made.push(...(await setUpInbound(sip, { namespace: env.temporal.namespace, numbers, allow })));
    if (json) return print({ ok: true, made, numbers });
    for (const { what, id, outcome } of made) console.log(`${what.padEnd(22)} ${id}  ${outcome}`);
    console.log(`${numbers.length} numbers: ${numbers.join(', ')}`);
    if (address !== undefined) console.log(`calls to phones go to ${address}, from ${from.join(', ')}`);
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

function host(text: string): string {
  if (/^[\w.-]+(:\d{1,5})?$/.test(text) || /^\[[\da-fA-F:]+\](:\d{1,5})?$/.test(text)) return text;
  throw new InvalidArgumentError(`"${text}" is not a host, as in sip.carrier.example or 203.0.113.7:5080.`);
}

function phoneNumbers(text: string): string[] {
  const list = text.split(',').map((each) => each.trim());
  const wrong = list.find((each) => !isPhoneNumber(each));
  if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is not a number, as in +4930901820.`);
  return list;
}
