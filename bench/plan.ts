import type { Arguments } from './args.js';
import { CONDITIONS, EXTRAS, QUICK, type Extra } from './conditions.js';
import type { Condition } from './types.js';

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
