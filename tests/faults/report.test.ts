import { describe, expect, it } from 'vitest';
import { Command } from 'commander';
import { parseArguments } from '../../scripts/faults/args.js';
import { reportMarkdown, reportText, summarize } from '../../scripts/faults/report.js';
import { type CaseResult, Finding } from '../../scripts/faults/row.js';
import { ROWS } from '../../scripts/faults/rows/index.js';

const holds: CaseResult = {
  row: 1,
  fault: 'dispatches dropped',
  goal: 'no doubled agent',
  state: 'holds',
  calls: 100,
  terminal: 100,
  right: 99,
  left: { rooms: 0, dispatches: 0, jobs: 0, workflows: 0 },
  p95Ms: 4_210,
  figures: ['31 of 131 dispatches were dropped'],
  shortfalls: [],
  tookMs: 1_000,
};
const short: CaseResult = {
  ...holds,
  row: 2,
  fault: 'job killed',
  state: 'falls short',
  shortfalls: ['1 call is stuck'],
};
const missing: CaseResult = { ...holds, row: 2, fault: 'no such thing', state: 'not built yet' };

describe('the report', () => {
  it('has a line for each case, what was measured, and what fell short', () => {
    const text = reportText([holds, short, missing]);
    expect(text).toMatch(/^1\. dispatches dropped +100 +100 +99 +0 \/ 0 \/ 0 +4\.2 s +no doubled agent +yes$/m);
    expect(text).toMatch(/^2\. job killed .* NO$/m);
    expect(text).toMatch(/^2\. no such thing +- +- .* not built yet$/m);
    expect(text).toContain('31 of 131 dispatches were dropped');
    expect(text).toContain('1 call is stuck');
    expect(reportMarkdown([short])).toContain('**1 call is stuck**');
  });

  it('counts rows: one holds when all of its cases that are built do', () => {
    expect(summarize([holds])).toMatchObject({ ok: true, text: '1 of 1 rows hold' });
    expect(summarize([holds, short])).toMatchObject({ ok: false, text: '1 of 2 rows hold' });
    const half = summarize([holds, { ...holds, row: 2 }, missing]);
    expect(half).toMatchObject({ ok: true, text: '2 of 2 rows hold (1 case not built yet)' });
    expect(summarize([holds, missing]).ok).toBe(false);
    expect(summarize([]).ok).toBe(false);
  });

  it('holds durations to a goal in a full run only', () => {
    const goal = { percent: 50, ms: 1_000 };
    const [full, quick] = [new Finding(true), new Finding(false)];
    for (const found of [full, quick]) found.spread('running again after', [900, 1_200, 1_300], goal);
    expect(full.shortfalls).toEqual(['running again after p50 1200 ms, more than 1000 ms']);
    expect(quick.shortfalls).toEqual([]);
    quick.spread('heard again after', []);
    expect(quick.shortfalls).toEqual(['heard again after: nothing was measured']);
  });
});

describe('the arguments', () => {
  const parse = (...argv: string[]) =>
    parseArguments(argv, [1, 2, 11], new Command().exitOverride().configureOutput({ writeErr: () => {} }));

  it('have defaults, and switch off what is to be proven', () => {
    expect(parse()).toMatchObject({ rows: undefined, quick: false, seed: 1, soakMs: 600_000, policy: {}, json: false });
    expect(parse('--rows', '1,2', '--quick', '--without', 'redispatch')).toMatchObject({
      rows: [1, 2],
      quick: true,
      policy: { dispatchAttempts: 1 },
    });
    expect(parse('--without', 'recovery', '--soak', '0.5')).toMatchObject({
      policy: { recoveries: 0 },
      soakMs: 30_000,
    });
  });

  it.each([[['--rows', '3']], [['--seed', 'x']], [['--without', 'luck']], [['--soak', '0']]])('refuse %j', (argv) => {
    expect(() => parse(...argv)).toThrow();
  });
});

it('the rows of the suite are numbered once each', () => {
  const numbers = ROWS.map(({ number }) => number);
  expect(numbers).toEqual([...new Set(numbers)]);
  expect(numbers).toEqual(expect.arrayContaining([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
});
