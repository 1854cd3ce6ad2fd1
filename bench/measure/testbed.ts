import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Agent, type Stack, startStack } from '#stack';
import { loadEnv } from '../../platform/env.js';
import { createRoomClient } from '../../platform/livekit.js';
import { inRoot } from '../paths.js';
import type { Condition, Contender } from '../types.js';
import { Callers } from './callers.js';
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
    private readonly flows: string,
  ) {}

  static async open(warmProcesses: number): Promise<Testbed> {
    const flows = mkdtempSync(join(tmpdir(), 'durable-calls-flows-'));
    cpSync(inRoot('bench/flows'), flows, { recursive: true });
    cpSync(inRoot('flows/greeting.json'), join(flows, 'greeting.json'));
    // The floor's room is made by its caller's join. LiveKit reads this; everyone else's environment is cleared of it.
    process.env.LIVEKIT_ROOM_AUTO_CREATE = 'true';
    const liveKit = await startStack({ temporal: false, worker: false, gateway: false, agents: 0 });
    const proxy = new LiveKitProxy(liveKit.urls.livekit.replace(/^ws/, 'http'));
    const proxied = (await proxy.listen()).replace(/^http/, 'ws');
    const direct = liveKit.urls.livekit;
    const env = { LIVEKIT_URL: proxied, LIVEKIT_PUBLIC_URL: direct, FLOWS_DIR: flows };
    // On the ports of the first: LiveKit's webhooks go there.
    const stack = await startStack({ ports: liveKit.ports, livekit: false, agents: 0, env });
    const own = Object.fromEntries(Object.entries(stack.env).filter(([, value]) => value !== undefined));
    const agentEnv = { ...own, LIVEKIT_URL: direct, AGENT_WARM_PROCESSES: String(warmProcesses) };
    const yardsticks = await Yardsticks.start(agentEnv, own, stack.logDir);
    const callers = new Callers(own, stack.logDir);
    return new Testbed(warmProcesses, liveKit, stack, proxy, yardsticks, callers, flows);
  }

  /** Where a contender is asked for a call. */
  urlOf = (contender: Contender): string => (contender === 'ours' ? this.stack.urls.gateway : this.yardsticks.url);

  async startAgent(
    contender: Contender,
    { providerLoadMs, yardstickWarm = this.warmProcesses }: Pick<Condition, 'providerLoadMs' | 'yardstickWarm'>,
  ): Promise<void> {
    if (contender !== 'ours') return this.yardsticks.startAgent(providerLoadMs, yardstickWarm);
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
      const others = this.yardsticks.inCalls.length;
      const pools = `${warm} of ${this.warmProcesses} and ${this.yardsticks.warm} of ${this.yardsticks.pool}`;
      const busy = capacity.active + others > 0;
      if (busy || warm < this.warmProcesses || this.yardsticks.warm < this.yardsticks.pool)
        throw new Error(`jobs: ${capacity.active} of ours, ${others} others; ${pools} processes warm`);
      return true;
    });
    await sleep(SETTLE_MS);
  }

  async close(): Promise<void> {
    await Promise.all([this.callers.stop(), this.yardsticks.stop()]);
    await this.stack.stop();
    this.proxy.close();
    await this.liveKit.stop();
    rmSync(this.flows, { recursive: true, force: true });
  }
}
