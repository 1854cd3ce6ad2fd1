import { z } from 'zod';
import * as field from './env-fields.js';

/** Calls to the telephone network. They cost money: none may go anywhere unless it is said where. */
export const phoneVariables = z.object({
  PHONE_ALLOW: field.destinations,
  PHONE_MAX_CALLS_PER_ORG: field.count(10, 1),
  PHONE_MAX_DURATION_MS: field.milliseconds(600_000, 1_000),
  SIP_OUTBOUND_TRUNK_ID: field.optionalText,
  SIP_OUTBOUND_USERNAME: field.optionalText,
  SIP_OUTBOUND_PASSWORD: field.optionalText,
});
type Variables = z.infer<typeof phoneVariables>;

export const phoneOf = (v: Variables) => ({
  /** How destinations begin that may be called, or transferred to. */
  allow: v.PHONE_ALLOW,
  /** Outbound calls of an organisation at a time. */
  maxCallsPerOrg: v.PHONE_MAX_CALLS_PER_ORG,
  /** `maxDurationMs` of outbound calls that do not say. */
  maxDurationMs: v.PHONE_MAX_DURATION_MS,
  /** Undefined: the one that `npm run phone -- setup --outbound` has made. */
  trunkId: v.SIP_OUTBOUND_TRUNK_ID,
  /** For that command alone: who we are to the carrier. */
  trunkLogin: { authUsername: v.SIP_OUTBOUND_USERNAME ?? '', authPassword: v.SIP_OUTBOUND_PASSWORD ?? '' },
});
