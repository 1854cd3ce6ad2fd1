import type { Filled } from '../commands.js';
import { resolveReferences } from '../references.js';

/**
 * Where a request goes. What follows the operator's `{{config.NAME}}` stays on its host and below its path, whatever
 * values are in it.
 *
 * @throws with what to do about it
 */
export function addressOf(url: Filled, lookUp: (ref: string) => string | undefined): URL {
  const address = new URL(resolveReferences(url, lookUp));
  if (!/^https?:$/.test(address.protocol)) throw new Error('its URL must begin with https:// or http://');
  const [first] = url;
  if (typeof first !== 'object') return address;
  const base = new URL(resolveReferences([first], lookUp));
  if (address.origin !== base.origin || !address.pathname.startsWith(base.pathname))
    throw new Error(`its URL leaves the address that {{${first.ref}}} names: write {{${first.ref}}}/…`);
  return address;
}
