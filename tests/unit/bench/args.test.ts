import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../bench/args.js';
import { planOf } from '../../../bench/plan.js';

const parse = (...argv: string[]) =>
  parseArguments(argv, new Command().exitOverride().configureOutput({ writeErr: () => undefined }));
const ids = (...argv: string[]) => {
  const { conditions, extras } = planOf(parse(...argv));
  return [...conditions.map(({ id }) => id), ...extras];
};

describe('npm run bench', () => {
  it('measures everything unless told otherwise', () => {
    expect(ids()).toEqual(expect.arrayContaining(['one', 'ten', 'clicks', 'restart', 'loss', 'api-1000', 'one-2s']));
    expect(ids()).toEqual(expect.arrayContaining(['recovery', 'memory', 'history', 'orchestrator']));
  });

  it('measures two conditions with --quick', () => {
    expect(ids('--quick')).toHaveLength(2);
  });

  it('measures what --only names, and so many --rounds', () => {
    expect(ids('--only', 'ten,history')).toEqual(['ten', 'history']);
    expect(planOf(parse('--rounds', '7')).conditions.every(({ rounds }) => rounds === 7)).toBe(true);
  });

  it('names what there is when asked for something else', () => {
    expect(() => parse('--only', 'nonsense')).toThrow(/no nonsense.*one, ten, clicks/);
    expect(() => parse('--rounds', '0')).toThrow(/whole number/);
  });

  it('knows with --quick what --quick has', () => {
    expect(ids('--quick', '--only', 'four,recovery')).toEqual(['four', 'recovery']);
    expect(() => parse('--quick', '--only', 'ten')).toThrow(/no ten; with --quick there are one, four, recovery/);
    expect(() => parse('--only', 'four')).toThrow(/no four/);
  });
});
