import { describe, expect, it } from 'vitest';
import { median, outcome, paired, ratio } from '../../../bench/statistics.js';
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

describe('median', () => {
  it('of an even number is the mean of the middle two', () => {
    expect(median([4, 1, 2, 100])).toBe(3);
    expect(median([3, 1, 2])).toBe(2);
    expect(median([])).toBeUndefined();
  });

  it('is infinite or even where calls were lost, never NaN', () => {
    expect(median([1, 2, Infinity, Infinity])).toBe(Infinity);
    expect(median([Infinity, Infinity])).toBe(Infinity);
    expect(median([-Infinity, Infinity])).toBe(0);
  });
});

describe('paired', () => {
  it('compares medians within the same round', () => {
    const calls = [...callsOf('ours', [100], [1_000], [500]), ...callsOf('floor', [150], [900], [600])];
    expect(paired(calls, 'ours', 'floor')).toBe(-50);
  });

  it('is infinite when one of the two lost its calls, and silent when both did', () => {
    const calls = [...callsOf('ours', [100], [null]), ...callsOf('floor', [null], [null])];
    expect(paired(calls, 'ours', 'floor')).toBe(-Infinity);
  });

  it('is the same from both sides', () => {
    const rounds = { ours: [[100], [300], [null], [500]], floor: [[150], [270], [400], [900]] };
    const calls = [...callsOf('ours', ...rounds.ours), ...callsOf('floor', ...rounds.floor)];
    for (const count of [1, 2, 3, 4]) {
      const some = calls.filter(({ round }) => round < count);
      expect(paired(some, 'ours', 'floor'), `${count} rounds`).toBe(-paired(some, 'floor', 'ours')!);
    }
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
