import { describe, expect, it } from 'vitest';
import { outcome, paired, ratio } from '../../../bench/statistics.js';
import { callsOf } from './calls.js';

describe('outcome', () => {
  it('counts a lost call as later than any that was heard', () => {
    const calls = callsOf('polling', [300, null, 100, 200]);
    expect(outcome(calls)).toEqual({ calls: 4, heard: 3, p50: 200, p95: Infinity, max: Infinity });
  });

  it('is lost in the middle when most calls are', () => {
    expect(outcome(callsOf('polling', [null, null, 100])).p50).toBe(Infinity);
  });

  it('has no percentiles without calls', () => {
    expect(outcome([])).toMatchObject({ calls: 0, heard: 0, p50: undefined });
  });
});

describe('paired', () => {
  it('compares medians within the same round', () => {
    const calls = [...callsOf('ours', [100], [1_000], [500]), ...callsOf('floor', [150], [900], [600])];
    expect(paired(calls, 'ours', 'floor')).toEqual({ pairs: 3, median: -50, least: -100, most: 100 });
  });

  it('is infinite when one of the two lost its calls, and silent when both did', () => {
    const calls = [...callsOf('ours', [100], [null]), ...callsOf('floor', [null], [null])];
    expect(paired(calls, 'ours', 'floor')).toMatchObject({ pairs: 1, median: -Infinity });
  });

  it('says nothing about who did not take part', () => {
    expect(paired(callsOf('ours', [100]), 'ours', 'floor')).toBeUndefined();
  });
});

describe('ratio', () => {
  it('is infinite, zero or unknown when something was lost', () => {
    expect(ratio(300, 200)).toBe(1.5);
    expect(ratio(Infinity, 200)).toBe(Infinity);
    expect(ratio(200, Infinity)).toBe(0);
    expect(ratio(Infinity, Infinity)).toBeUndefined();
  });
});
