import type { Arguments } from './args.js';
import { CONDITIONS, EXTRAS, QUICK, type Extra } from './conditions.js';
import type { Condition, Results } from './types.js';

export interface Plan {
  conditions: Condition[];
  extras: Extra[];
}

export function planOf({ quick, only, rounds }: Arguments): Plan {
  const wanted = (id: string) => !only || only.includes(id);
  const conditions = (quick ? QUICK : CONDITIONS).filter(({ id }) => wanted(id));
  const extras = quick && !only ? [] : EXTRAS.filter(wanted);
  return {
    conditions: conditions.map((condition) => ({ ...condition, ...(rounds && { rounds }) })),
    extras: [...extras],
  };
}

/** Whether everything was measured, so that it can be shown as the last run. */
export function isWhole(results: Results): boolean {
  const { quick, conditions, recovery, memory, history, throughput, growth } = results;
  const measured = (id: string, rounds: number) =>
    conditions.some(({ condition }) => condition.id === id && condition.rounds >= rounds);
  const besides = [recovery, memory, history, throughput, growth].every((extra) => extra !== undefined);
  return !quick && besides && CONDITIONS.every(({ id, rounds }) => measured(id, rounds));
}
