import type { Env } from '../platform/env.js';
import type { Keys } from './auth/keys.js';

/** How many calls there may be at a time: of this organisation, and in all. */
export interface OrgLimits {
  org?: number;
  total?: number;
}

/** Undefined: no limit holds for this organisation. What the file of the keys says of it comes before the default. */
export function limitsOf(
  org: string,
  { gateway }: Pick<Env, 'gateway'>,
  keys: Keys | undefined,
): OrgLimits | undefined {
  const own = keys?.maxCalls(org) ?? gateway.maxCallsPerOrg;
  const total = gateway.maxCalls;
  if (own === undefined && total === undefined) return undefined;
  return { ...(own !== undefined && { org: own }), ...(total !== undefined && { total }) };
}
