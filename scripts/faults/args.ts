import { Command, InvalidArgumentError, Option } from 'commander';
import type { CallPolicy } from '../../contract/index.js';

export interface Arguments {
  /** Undefined: all. */
  rows: number[] | undefined;
  /** Only cases whose name has this in it. */
  only: string;
  quick: boolean;
  seed: number;
  soakMs: number;
  /** Of every call: what `--without` switches off. */
  policy: Partial<CallPolicy>;
  json: boolean;
  markdown: boolean;
}

/** What can be switched off, to show that the suite notices. */
const WITHOUT: Record<string, Partial<CallPolicy>> = {
  redispatch: { dispatchAttempts: 1 },
  recovery: { recoveries: 0 },
};

const MINUTE_MS = 60_000;

interface Options {
  rows?: number[];
  only: string;
  quick?: true;
  seed: number;
  soak: number;
  without?: string;
  json?: true;
  markdown?: true;
}

/** Commander writes what is wrong to stderr and exits with 1; tests pass `exitOverride`. */
export function parseArguments(argv: readonly string[], known: readonly number[], command = new Command()): Arguments {
  const row = (text: string): number => {
    const number = Number(text);
    if (!known.includes(number))
      throw new InvalidArgumentError(`There is no row "${text}"; rows are ${known.join(', ')}.`);
    return number;
  };
  command
    .name('npm run faults --')
    .description('Breaks real servers and real agent processes from outside, and shows what becomes of the calls.')
    .option('--rows <n,n>', 'only these rows', (text) => text.split(',').map(row))
    .option('--only <text>', 'only cases whose name has this in it', '')
    .option('--quick', 'few calls of each kind, no soak')
    .option('--seed <n>', 'what is random comes from it', whole, 1)
    .option('--soak <minutes>', 'length of the soak', minutes, 10)
    .addOption(
      new Option('--without <what>', 'switch something off, to see that rows 1 and 2 notice').choices(
        Object.keys(WITHOUT),
      ),
    )
    .option('--markdown', 'also print the table as it stands in docs/faults.md')
    .option('--json', 'print one JSON object last on stdout; progress goes to stderr')
    .parse(argv, { from: 'user' });
  const { rows, only, quick, seed, soak, without, json, markdown } = command.opts<Options>();
  return {
    rows,
    only,
    quick: quick ?? false,
    seed,
    soakMs: soak * MINUTE_MS,
    policy: without === undefined ? {} : WITHOUT[without]!,
    json: json ?? false,
    markdown: markdown ?? false,
  };
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

function minutes(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1_440)) throw new InvalidArgumentError('Give minutes, more than 0.');
  return value;
}
