import { describe, expect, it } from 'vitest';
import type { HostHealth } from '../../../gateway/agent-hosts.js';
import { AgentPlaces } from '../../../gateway/calls/agent-places.js';
import { loadEnv } from '../../../platform/env.js';

const host = (hostId: string, max: number, active = 0, more: Partial<HostHealth> = {}): HostHealth => ({
  ...{ url: `http://${hostId}`, hostId, ready: true, problems: [] },
  ...{ capacity: { max, active, free: max - active } },
  ...more,
});

function house(...found: HostHealth[]) {
  const world = { found, now: 1_000_000, looks: 0 };
  const look = () => {
    world.looks += 1;
    return Promise.resolve(world.found);
  };
  const places = new AgentPlaces(['http://x'], look, () => world.now);
  return { world, places };
}

describe('places of the agents', () => {
  it('are those of all hosts; one that drains has those of its calls', async () => {
    const { places } = house(host('a', 20), host('b', 20, 3, { ready: false, draining: true }));
    expect(await places.count()).toBe(23);
  });

  it('are unknown while no host takes calls: one may be about to', async () => {
    expect(await house().places.count()).toBeUndefined();
    expect(await house(host('a', 20, 0, { ready: false })).places.count()).toBeUndefined();
  });

  it('are looked at once for many calls, and again beside the call that asks later', async () => {
    const { world, places } = house(host('a', 20));
    await Promise.all(Array.from({ length: 50 }, () => places.count()));
    expect(world.looks).toBe(1);
    world.found = [host('a', 20), host('b', 5)];
    world.now += 3_000;
    expect(await places.count()).toBe(20);
    expect(await places.count()).toBe(25);
    expect(world.looks).toBe(2);
  });

  it('are those of a host that is too busy to answer for a while, not for ever', async () => {
    const { world, places } = house(host('a', 20), host('b', 5));
    await places.count();
    world.found = [host('a', 20), { url: 'http://b', ready: false, problems: ['nothing within 2000 ms'] }];
    world.now += 20_000;
    expect(await places.count()).toBe(25);
    world.now += 20_000;
    expect(await places.count()).toBe(20);
  });

  it('are looked at again after a look that failed, which costs no call', async () => {
    let fails = true;
    const look = () => (fails ? Promise.reject(new Error('no sockets')) : Promise.resolve([host('a', 20)]));
    const places = new AgentPlaces(['http://x'], look, () => 1_000_000);
    expect(await places.count()).toBeUndefined();
    fails = false;
    expect(await places.count()).toBe(20);
  });

  it('are named where the limit is', () => {
    expect(loadEnv({ GATEWAY_MAX_CALLS: 'agents' }).gateway.maxCalls).toBe('agents');
    expect(loadEnv({ GATEWAY_MAX_CALLS: '7' }).gateway.maxCalls).toBe(7);
    expect(() => loadEnv({ GATEWAY_MAX_CALLS: 'many' })).toThrow(/"agents" or a whole number from 1 to 100000/);
    expect(() => loadEnv({ GATEWAY_MAX_CALLS: '0' })).toThrow(/"agents" or a whole number from 1 to 100000/);
  });
});
