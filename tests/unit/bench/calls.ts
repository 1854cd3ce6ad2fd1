import type { CallRecord, Condition, ConditionResult, Contender, Results } from '../../../bench/types.js';

/** Calls of one contender: one round for each list, null for a lost call. */
export const callsOf = (contender: Contender, ...rounds: (number | null)[][]): CallRecord[] =>
  rounds.flatMap((heard, round) => heard.map((heardMs, call) => ({ contender, round, call, heardMs, steps: [] })));

export const conditionOf = (calls: CallRecord[], more: Partial<Condition> = {}): ConditionResult => ({
  condition: { id: 'one', title: 'one at a time', providerLoadMs: 0, calls: 1, gapMs: 0, rounds: 1, ...more },
  loadBefore: 0.5,
  tookMs: 20_000,
  callers: { cpuMs: 100, wallMs: 1_000 },
  calls,
});

export const resultsOf = (conditions: ConditionResult[], more: Partial<Results> = {}): Results => ({
  ...{ date: '2026-11-23T10:00:00.000Z', quick: false, seed: 1, warmProcesses: 12, limitMs: 15_000, tookMs: 60_000 },
  machine: { cpu: 'test', cores: 2, memoryGib: 8, node: 'v20', loadBefore: 0 },
  commit: 'abc',
  conditions,
  ...more,
});
