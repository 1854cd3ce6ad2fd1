import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Agent, type Stack, type StackOptions, startStack } from '#stack';
import { loadEnv } from '../../platform/env.js';
import { createRoomClient } from '../../platform/livekit.js';
import { inRoot } from '../paths.js';
import type { AgentSetUp, Contender } from '../types.js';
import { Callers } from './callers.js';
import type { Parts } from './parts.js';
import { LiveKitProxy } from './proxy.js';
import { until } from './wait.js';
import { Yardsticks } from './yardsticks.js';

/** Longest wait for pools to be full again. Milliseconds. */
const REFILL_MS = 180_000;
/** Between the last thing that was to be done and the next round. Milliseconds. */
const SETTLE_MS = 300;

/** Of our host's `/readyz`. */
interface Health {
  warm: number;
  capacity: { active: number };
}

/** Real servers, our parts, and the yardsticks beside them, all at once on one LiveKit. */
export class Testbed {
  private agent: Agent | undefined;

  private constructor(
    readonly warmProcesses: number,
    private readonly liveKit: Stack,
    readonly stack: Stack,
    readonly proxy: LiveKitProxy,
    readonly yardsticks: Yardsticks,
    readonly callers: Callers,
  ) {}

  /** All of it ends with `parts`, also when only some of it could be started. */
  static async open(warmProcesses: number, parts: Parts): Promise<Testbed> {
    const flows = mkdtempSync(join(tmpdir(), 'durable-calls-flows-'));
    parts.add(() => rmSync(flows, { recursive: true, force: true }));
    const start = (options: StackOptions) =>
      startStack({ ...options, agents: 0, onCreated: (stack) => parts.add(() => stack.stop()) });
    cpSync(inRoot('bench/flows'), flows, { recursive: true });
    cpSync(inRoot('flows/greeting.json'), join(flows, 'greeting.json'));
    // The floor's room is made by its caller's join. LiveKit reads this; everyone else's environment is cleared of it.
    process.env.LIVEKIT_ROOM_AUTO_CREATE = 'true';
    const liveKit = await start({ temporal: false, worker: false, gateway: false });
    const proxy = new LiveKitProxy(liveKit.urls.livekit.replace(/^ws/, 'http'));
    parts.add(() => proxy.close());
    const proxied = (await proxy.listen()).replace(/^http/, 'ws');
    const direct = liveKit.urls.livekit;
    const env = { LIVEKIT_URL: proxied, LIVEKIT_PUBLIC_URL: direct, FLOWS_DIR: flows };
    // On the ports of the first: LiveKit's webhooks go there.
    const stack = await start({ ports: liveKit.ports, livekit: false, env });
    const own = Object.fromEntries(Object.entries(stack.env).filter(([, value]) => value !== undefined));
    const agentEnv = { ...own, LIVEKIT_URL: direct, AGENT_WARM_PROCESSES: String(warmProcesses) };
    const yardsticks = await Yardsticks.start(agentEnv, own, stack.logDir, parts);
    const callers = new Callers(own, stack.logDir);
    parts.add(() => callers.stop());
    return new Testbed(warmProcesses, liveKit, stack, proxy, yardsticks, callers);
  }

  /** Where a contender is asked for a call. */
  urlOf = (contender: Contender): string => (contender === 'ours' ? this.stack.urls.gateway : this.yardsticks.url);

  async startAgent(contender: Contender, setUp: AgentSetUp): Promise<void> {
    const { providerLoadMs, yardstickWarm = this.warmProcesses } = setUp;
    if (contender !== 'ours') return this.yardsticks.startAgent(setUp, yardstickWarm);
    this.agent = await this.stack.startAgent({
      LIVEKIT_URL: this.liveKit.urls.livekit,
      AGENT_WARM_PROCESSES: String(this.warmProcesses),
      AGENT_PROVIDER_LOAD_MS: String(providerLoadMs),
      AGENT_DRAIN_MS: '500',
    });
  }

  async stopAgent(contender: Contender): Promise<void> {
    if (contender !== 'ours') return this.yardsticks.stopAgent();
    await this.agent?.stop();
  }

  get ourAgent(): Agent {
    if (!this.agent) throw new Error('our agent was not started');
    return this.agent;
  }

  health = async (): Promise<Health> => (await (await fetch(`${this.ourAgent.healthUrl}/readyz`)).json()) as Health;

  /** Until no call is left and all pools are full again, so that no contender pays for another's round. */
  async quiet(): Promise<void> {
    const rooms = createRoomClient(loadEnv({ ...this.stack.env, LIVEKIT_URL: this.liveKit.urls.livekit }));
    await until('quiet', REFILL_MS, async () => {
      for (const { name } of await rooms.listRooms()) await rooms.deleteRoom(name).catch(() => undefined);
      const { warm, capacity } = await this.health();
      const { pool, size } = this.yardsticks;
      const others = pool['in a call'].length;
      const pools = `${warm} of ${this.warmProcesses} and ${pool.warm.length} of ${size}`;
      const busy = capacity.active + others > 0;
      if (busy || warm < this.warmProcesses || pool.warm.length < size)
        throw new Error(`jobs: ${capacity.active} of ours, ${others} others; ${pools} processes warm`);
      return true;
    });
    await sleep(SETTLE_MS);
  }
}
