import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CONDITIONS } from '../../../bench/conditions.js';
import { isWhole } from '../../../bench/plan.js';
import { Refusal } from '../../../bench/refusal.js';
import { readResults } from '../../../bench/report/files.js';
import type { Results } from '../../../bench/types.js';
import { callsOf, conditionOf, resultsOf } from './calls.js';

const folder = mkdtempSync(join(tmpdir(), 'bench-results-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const besides: Partial<Results> = {
  recovery: { jobKilledMs: [600], hostKilledMs: [3_000] },
  memory: { oursKib: [70_000], frameworkKib: [70_000] },
  history: { events: 57, bytes: 10_000 },
  throughput: { rounds: [] },
  growth: [],
};
const whole = resultsOf(
  CONDITIONS.map((condition) => conditionOf([], condition)),
  besides,
);

describe('the documentation shows', () => {
  it('a run of everything', () => expect(isWhole(whole)).toBe(true));

  it.each([
    ['a quick run', { quick: true }],
    ['a run without one of the conditions', { conditions: whole.conditions.slice(1) }],
    [
      'a run with fewer rounds',
      { conditions: whole.conditions.map((one) => conditionOf([], { ...one.condition, rounds: 1 })) },
    ],
    ['a run that was interrupted', { growth: undefined }],
  ])('not %s', (_what, less: Partial<Results>) => expect(isWhole({ ...whole, ...less })).toBe(false));
});

describe('a file of results', () => {
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('is read', async () => {
    const results = resultsOf([conditionOf(callsOf('ours', [500, null]))]);
    expect(await readResults(file('good.json', JSON.stringify(results)))).toEqual(results);
  });

  it.each([
    ['missing', join(folder, 'none.json'), 'ENOENT'],
    ['cut off', file('cut.json', '{"date": "2026'), 'JSON'],
    ['foreign', file('foreign.json', '{"name": "durable-calls"}'), 'other things'],
  ])('is refused in one line when it is %s', async (_what, path, why) => {
    const error = await readResults(path).catch((refused: unknown) => refused as Error);
    expect(error).toBeInstanceOf(Refusal);
    expect((error as Error).message).toMatch(new RegExp(`^${path} is not a file of results.*${why}.*$`));
  });
});
