import { lookup } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { Agent } from 'undici';
import { isPrivateAddress, isPrivateHost } from '../addresses.js';

/** The request would have gone inside the network that we run in. */
export class ForbiddenAddress extends Error {}

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** Connects to what the name stands for now, unless that is inside: checked here, no later answer can differ. */
const publicOnly =
  (lookUp: typeof lookup) =>
  (hostname: string, options: LookupOptions, found: Found): void =>
    lookUp(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return found(error, []);
      const [first, ...rest] = addresses.filter(({ address }) => !isPrivateAddress(address));
      if (!first) return found(new ForbiddenAddress('its name leads to a private address'), []);
      if (options.all) return found(null, [first, ...rest]);
      return found(null, first.address, first.family);
    });

/**
 * The way out for requests whose address someone else wrote. undici is Node's own HTTP client, and lets a lookup be
 * its connection's. Redirects are not followed: they are an answer like any other.
 */
export class PublicInternet {
  private readonly guarded: Agent;
  private readonly open = new Agent();

  /** @param allowHosts hosts that may be inside, as "backend" or with a port as "127.0.0.1:9000" */
  constructor(
    private readonly allowHosts: readonly string[],
    lookUp = lookup,
  ) {
    this.guarded = new Agent({ connect: { lookup: publicOnly(lookUp) } });
  }

  /** The connections to use for this URL. @throws ForbiddenAddress when it names an address inside */
  dispatcher(url: URL): Agent {
    const { allowHosts } = this;
    if (allowHosts.includes(url.host) || allowHosts.includes(url.hostname)) return this.open;
    if (isPrivateHost(url.hostname)) throw new ForbiddenAddress('its address is a private one');
    return this.guarded;
  }
}
