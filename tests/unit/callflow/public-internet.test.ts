import type { lookup, LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { request } from 'undici';
import { ForbiddenAddress, PublicInternet } from '../../../callflow/outgoing/public-internet.js';

/** A name server under someone else's control: what it says when a flow is checked binds it to nothing later. */
const leadsTo = (...addresses: string[]): typeof lookup =>
  ((_name: string, _options: object, found: (error: null, addresses: LookupAddress[]) => void) =>
    found(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )) as unknown as typeof lookup;

const get = (...addresses: string[]) => {
  const url = new URL('http://clinic.example:1/');
  return request(url, { dispatcher: new PublicInternet([], leadsTo(...addresses)).dispatcher(url) });
};

describe('a public name', () => {
  it.each([['127.0.0.1'], ['10.0.0.5', '::1'], ['::ffff:192.168.0.1'], ['169.254.169.254'], ['fd00::1']])(
    'that leads to %s is refused when it connects',
    async (...addresses) => {
      await expect(get(...addresses)).rejects.toBeInstanceOf(ForbiddenAddress);
    },
  );
});
