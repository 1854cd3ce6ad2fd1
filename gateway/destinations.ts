import { isAllowedDestination } from '../contract/index.js';
import type { Env } from '../platform/env.js';
import type { FieldError } from './problems.js';

/** Why a call may not go there, at whoever's expense. The number itself stays out of the answer, and so of logs. */
export function destinationErrors({ phone }: Pick<Env, 'phone'>, to: string, pointer: string): FieldError[] {
  if (isAllowedDestination(to, phone.allow)) return [];
  const detail = 'calls may not go there: the operator names allowed destinations, such as +4930, in PHONE_ALLOW';
  return [{ in: 'body', pointer, detail }];
}
