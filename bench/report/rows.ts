import { median, of, outcome, paired, ratio } from '../statistics.js';
import { CONTENDERS, NAMES } from '../types.js';
import type { CallRecord, ConditionResult, Contender } from '../types.js';
import { ms, percent, signedMs, times } from './format.js';

export const HEADER = [
  ...['request -> greeting heard, ms', 'heard', '', 'p50', 'p95', 'max'],
  ...['p50 of ours', 'ours faster by', 'flow started, p50'],
];

/** The step at which a contender starts its flow; the floor starts none. */
const FLOW_STARTED: Partial<Record<Contender, string>> = {
  ours: 'flow',
  polling: 'flow started',
  'polling-old': 'flow started',
};

/**
 * One line a contender, those that lost everything included. Percentiles are over all calls: a lost one is later than
 * any that was heard. "Faster by" is the median over rounds of what ours took less within the same round.
 */
export function rowsOf({ calls }: ConditionResult): string[][] {
  const ours = outcome(of(calls, 'ours'));
  return CONTENDERS.filter((contender) => of(calls, contender).length > 0).map((contender) => {
    const { calls: count, heard, p50, p95, max } = outcome(of(calls, contender));
    const difference = contender === 'ours' ? undefined : paired(calls, contender, 'ours');
    return [
      NAMES[contender],
      `${heard}/${count}`,
      percent(heard, count),
      ...[p50, p95, max].map(ms),
      contender === 'ours' ? '' : times(ratio(p50, ours.p50)),
      contender === 'ours' ? '' : signedMs(difference).replace('other lost', 'ours lost'),
      ms(median(flowStarts(of(calls, contender)))),
    ];
  });
}

const flowStarts = (calls: readonly CallRecord[]): number[] =>
  calls.flatMap(({ contender, steps }) => steps.find(({ name }) => name === FLOW_STARTED[contender])?.ms ?? []);

/** What the callers took from the machine that they measured. */
export function callersLine({ callers, calls, loadBefore, tookMs }: ConditionResult): string {
  const { cpuMs, wallMs, cpuMsOf } = callers;
  const each = CONTENDERS.flatMap((contender) => {
    const [all, count] = [cpuMsOf?.[contender], of(calls, contender).length];
    return all === undefined || count === 0 ? [] : `${NAMES[contender]} ${ms(all / count)}`;
  });
  return [
    `callers: ${(cpuMs / wallMs).toFixed(2)} cores`,
    ...(each.length > 0 ? [`CPU of each caller, ms: ${each.join(', ')}`] : []),
    `load before: ${loadBefore.toFixed(2)}`,
    `took ${Math.round(tookMs / 1000)} s`,
  ].join('; ');
}
