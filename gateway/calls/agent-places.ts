import { type HostHealth, lookAtHosts } from '../agent-hosts.js';

/** What was seen so lately is as good as now; hosts are looked at again beside the call that asks. Milliseconds. */
const FRESH_MS = 2_000;
/** What was seen longer ago may be wrong altogether: the call that asks waits for a new look. Milliseconds. */
const STALE_MS = 15_000;
/** A host that is too busy to answer has not lost its places; one that is silent for so long has. Milliseconds. */
const SILENT_MS = 30_000;

type Seen = Pick<HostHealth, 'ready' | 'capacity'> & { at: number };

/** How many calls there are agents for, so that no dispatch is wasted on hosts that are full. */
export class AgentPlaces {
  private readonly hosts = new Map<string, Seen>();
  private lookedAt = 0;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly urls: readonly string[],
    private readonly look = lookAtHosts,
    private readonly now = Date.now,
  ) {}

  /** Undefined: no host is known that takes calls. One may be about to start, so the call goes and tries. */
  async count(): Promise<number | undefined> {
    const age = this.now() - this.lookedAt;
    if (age > FRESH_MS) this.looking ??= this.refresh();
    if (age > STALE_MS) await this.looking;
    const hosts = [...this.hosts.values()].filter(({ at }) => this.now() - at < SILENT_MS);
    if (!hosts.some(({ ready }) => ready)) return undefined;
    // A host that drains keeps the calls it has: they count, so their places must.
    return hosts.reduce((sum, { ready, capacity }) => sum + ((ready ? capacity?.max : capacity?.active) ?? 0), 0);
  }

  /** Never rejects: a look that fails has seen nothing new, and the next call looks again. */
  private async refresh(): Promise<void> {
    const at = this.now();
    try {
      for (const { hostId, ready, capacity } of await this.look(this.urls))
        if (hostId !== undefined) this.hosts.set(hostId, { ready, capacity, at });
      this.lookedAt = at;
    } catch {
      // The call goes and tries, as it does while no host is known.
    } finally {
      this.looking = undefined;
    }
  }
}
