import { percentile } from '../scripts/call/stats.js';
import type { CallRecord, Contender } from './types.js';

/** Of a call that was not heard: later than everything that was. */
const LOST = Infinity;

export interface Outcome {
  calls: number;
  heard: number;
  /** Over all calls, lost ones last: Infinity where a lost call stands. Undefined without calls. */
  p50: number | undefined;
  p95: number | undefined;
  max: number | undefined;
}

const times = (calls: readonly CallRecord[]): number[] => calls.map(({ heardMs }) => heardMs ?? LOST);

export function outcome(calls: readonly CallRecord[]): Outcome {
  const all = times(calls);
  return {
    calls: all.length,
    heard: all.filter(Number.isFinite).length,
    p50: percentile(all, 50),
    p95: percentile(all, 95),
    max: percentile(all, 100),
  };
}

/** Of an even number of values the mean of the middle two, so that turning signs around turns the median around. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) return undefined;
  return low === -high ? 0 : (low + high) / 2; // one contender lost half of the pairs, the other the other half: even
}

export const of = (calls: readonly CallRecord[], contender: Contender): CallRecord[] =>
  calls.filter((call) => call.contender === contender);

/**
 * Median difference of two contenders within the same round, which share the machine's mood: of the medians of their
 * calls. Milliseconds; negative: the first is faster. Infinite when one of the two lost its calls; rounds in which both
 * lost theirs say nothing.
 */
export function paired(calls: readonly CallRecord[], first: Contender, second: Contender): number | undefined {
  const rounds = [...new Set(calls.map(({ round }) => round))];
  const differences = rounds.flatMap((round) => {
    const inRound = (who: Contender) => median(times(of(calls, who).filter((call) => call.round === round)));
    const [a, b] = [inRound(first), inRound(second)];
    return a === undefined || b === undefined || (a === LOST && b === LOST) ? [] : [a - b];
  });
  return median(differences);
}

/** How many times `value` is of `yardstick`. */
export const ratio = (value: number | undefined, yardstick: number | undefined): number | undefined =>
  value === undefined || yardstick === undefined || (value === LOST && yardstick === LOST)
    ? undefined
    : value / yardstick;
