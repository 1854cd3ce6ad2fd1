import { describe, expect, it } from 'vitest';
import type { CallResult } from '../../../scripts/call/one-call.js';
import { resultLines, summarize, summaryLine, summaryTable } from '../../../scripts/call/report.js';
import { percentile, spread } from '../../../scripts/call/stats.js';
import { table } from '../../../scripts/call/table.js';

const result = (heardMs: number | undefined, more: Partial<CallResult> = {}): CallResult => ({
  ok: heardMs !== undefined,
  audibleMs: 0,
  segments: [],
  timeline: [
    { stage: 'room', at: 0, ms: 80 },
    { stage: 'ended', at: 80 },
  ],
  ended: null,
  ...(heardMs !== undefined && { heardMs }),
  ...more,
});

describe('percentile', () => {
  it('is the nearest rank, whatever the order', () => {
    const values = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    expect([percentile(values, 50), percentile(values, 95), percentile(values, 100)]).toEqual([5, 10, 10]);
    expect(values[0]).toBe(10);
  });

  it('of one value is that value, of none is nothing', () => {
    expect(spread([7])).toEqual({ p50: 7, p95: 7, max: 7 });
    expect(spread([])).toBeUndefined();
  });
});

describe('table', () => {
  it('lines up columns', () => {
    expect(
      table(
        ['ms', 'p50'],
        [
          ['room', '80'],
          ['a', '1200'],
        ],
      ),
    ).toBe(['ms     p50', '----  ----', 'room    80', 'a     1200'].join('\n'));
  });
});

describe('the summary', () => {
  it('is in the words of the design', () => {
    const results = Array.from({ length: 10 }, (_, i) => result(100 * (i + 1)));
    expect(summaryLine(summarize(results))).toBe('10 of 10 calls greeted, p50 500 ms, p95 1000 ms, max 1000 ms');
  });

  it('counts a call that was not greeted, and takes no time from it', () => {
    const summary = summarize([result(300), result(9_000, { ok: false })]);
    expect(summaryLine(summary)).toBe('1 of 2 calls greeted, p50 300 ms, p95 300 ms, max 300 ms');
    expect(summaryTable(summary)).toContain('success rate 50 %');
  });

  it('without any greeting has no times', () => {
    expect(summaryLine(summarize([result(undefined)]))).toBe('0 of 1 calls greeted');
  });

  it('shows the stages that took time', () => {
    expect(summaryTable(summarize([result(300)])).split('\n')[2]).toMatch(/^room +80 +80 +80$/);
  });
});

describe('resultLines', () => {
  it('tells of a failed call what an operator needs', () => {
    const failed = result(undefined, {
      callId: 'c1',
      temporal: 'http://127.0.0.1:8233/c1',
      ended: {
        reason: 'agent-unavailable',
        by: 'system',
        fault: 'platform',
        stage: 'dispatch',
        retryable: true,
        detail: 'No agent worker accepted the job.',
      },
    });
    expect(resultLines(failed).split('\n')).toEqual([
      'FAILED  nothing was heard, ended: agent-unavailable',
      '        No agent worker accepted the job.',
      '        call c1',
      '        http://127.0.0.1:8233/c1',
    ]);
  });

  it('names the stage of a call that did not end', () => {
    const stuck = result(undefined, { timeline: [{ stage: 'dispatch', at: 0 }], error: 'The call had not ended.' });
    expect(resultLines(stuck)).toContain('no end seen, stage dispatch');
  });
});
