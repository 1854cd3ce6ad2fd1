import type { Direction } from '../contract/index.js';
import type { Env } from '../platform/env.js';
import type { Keys } from './auth/keys.js';

/** How many calls there may be at a time: of this organisation, and in all. */
export interface OrgLimits {
  org?: number;
  /** 'agents': as many as the agent hosts have places for. */
  total?: number | 'agents';
  /** Of this organisation's outbound calls. */
  outbound?: number;
}

/** Undefined: no limit holds for this organisation. What the file of the keys says of it comes before the default. */
export function limitsOf(
  org: string,
  { gateway, phone }: Pick<Env, 'gateway' | 'phone'>,
  keys: Keys | undefined,
  direction: Direction = 'web',
): OrgLimits | undefined {
  const own = keys?.maxCalls(org) ?? gateway.maxCallsPerOrg;
  const total = gateway.maxCalls;
  const outbound = direction === 'outbound' ? phone.maxCallsPerOrg : undefined;
  if (own === undefined && total === undefined && outbound === undefined) return undefined;
  return {
    ...(own !== undefined && { org: own }),
    ...(total !== undefined && { total }),
    ...(outbound !== undefined && { outbound }),
  };
}
