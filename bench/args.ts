import { Command, InvalidArgumentError } from 'commander';
import { CONDITIONS, EXTRAS, QUICK } from './conditions.js';

export interface Arguments {
  quick: boolean;
  json: boolean;
  /** Ids of conditions and extras; undefined: all. */
  only?: string[];
  rounds?: number;
  seed: number;
  /** A results file to be shown again. */
  render?: string;
}

const idsOf = (quick: boolean): string[] => [...(quick ? QUICK : CONDITIONS).map(({ id }) => id), ...EXTRAS];

/** Commander writes what is wrong to stderr and exits with 1; tests pass `exitOverride`. */
export function parseArguments(argv: readonly string[], command = new Command()): Arguments {
  command
    .name('npm run bench --')
    .description('Measures calls from the request to the greeting heard, beside a polling backend and the floor.')
    .option('--quick', 'two small conditions, under two minutes')
    .option('--only <ids>', `some of ${idsOf(false).join(', ')}; separated by commas`, ids)
    .option('--rounds <n>', 'as many rounds of each condition', positive)
    .option('--seed <n>', 'of lost dispatches and the order of contenders', positive, 1)
    .option('--render <file>', 'measure nothing: tables, plots and docs/benchmark.md from a file of bench/results/')
    .option('--json', 'print the results as one JSON object on stdout; progress goes to stderr')
    .parse(argv, { from: 'user' });
  const args: Arguments = { quick: false, json: false, ...command.opts<Omit<Arguments, 'quick' | 'json'>>() };
  const known = idsOf(args.quick);
  const unknown = args.only?.filter((id) => !known.includes(id)) ?? [];
  if (unknown.length > 0) {
    const where = args.quick ? 'with --quick there are' : 'there are';
    command.error(`error: --only: there is no ${unknown.join(', ')}; ${where} ${known.join(', ')}.`);
  }
  return args;
}

const ids = (text: string): string[] => text.split(',').map((id) => id.trim());

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1_000_000) {
    throw new InvalidArgumentError('Give a whole number from 1 to 1000000.');
  }
  return value;
}
