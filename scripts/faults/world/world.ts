import type { Agent, Component } from '#stack';
import type { CallPolicy } from '../../../contract/index.js';
import { GatewayApi } from '../../call/api.js';
import { type CallOptions, TestCall } from './call.js';
import { type ListedJob, listJobs, readiness } from './hosts.js';
import { isNothing, leftOver, type LeftOver } from './left-over.js';
import { type Servers, startServers } from './servers.js';
import { until } from './until.js';

export interface WorldOptions {
  seed: number;
  /** Warm processes of each agent host. */
  warm: number;
  /** For every call: how `--without` switches off what is to be proven. */
  policy: Partial<CallPolicy>;
}

/** Where the suite starts its calls: relative to the repository, where every part runs. */
const FLOWS_DIR = 'scripts/faults/flows';

/** So long after the last call ended everything of it must be gone. Milliseconds. */
const CLEAN_MS = 30_000;

/** The system under test, and the calls made in it. */
export class World {
  readonly api: GatewayApi;
  readonly calls: TestCall[] = [];
  readonly hosts: Agent[] = [];
  worker!: Component;
  private number = 0;
  private whole = new Map<string, number>();

  private constructor(
    readonly servers: Servers,
    private readonly options: WorldOptions,
  ) {
    this.api = new GatewayApi(servers.gatewayUrl);
  }

  static async start(options: WorldOptions): Promise<World> {
    const env = { FLOWS_DIR, AGENT_WARM_PROCESSES: `${options.warm}`, LOG_LEVEL: 'info' };
    const world = new World(await startServers(env), options);
    try {
      world.worker = await world.servers.startWorker();
      await world.startHost();
      return world;
    } catch (error) {
      await world.stop();
      throw error;
    }
  }

  async startHost(env?: Record<string, string>): Promise<Agent> {
    const host = await this.servers.startAgent(env);
    this.hosts.push(host);
    return host;
  }

  /** Takes a host away for good. */
  async stopHost(host: Agent, graceMs = 1_000): Promise<void> {
    await host.stop({ graceMs });
    this.hosts.splice(this.hosts.indexOf(host), 1);
  }

  /** A call that is not asked for yet. `api`: of which gateway. */
  call(options: CallOptions, api = this.api): TestCall {
    const key = `faults-${this.options.seed}-${(this.number += 1)}`;
    const policy = { ...options.policy, ...this.options.policy };
    const call = new TestCall(this.servers, api, { ...options, policy }, key);
    this.calls.push(call);
    return call;
  }

  jobs = (): Promise<ListedJob[]> => listJobs(this.hosts);

  /** The job that holds a call, once there is one that `fits`. */
  jobOf(call: TestCall, fits: (job: ListedJob) => boolean = () => true): Promise<ListedJob> {
    const look = async () => (await this.jobs()).find((job) => job.callId === call.callId && fits(job));
    return until(`a job of call ${call.callId}`, look, { everyMs: 5 });
  }

  /** Everything runs, is registered and warmed up, and no fault is laid out any more. */
  async calm(): Promise<void> {
    this.servers.livekitApi.rule = undefined;
    this.servers.gate.open();
    await until('the gateway to be ready', async () => (await fetch(`${this.servers.gatewayUrl}/readyz`)).ok);
    const isWarm = async (host: Agent) => {
      const { ok, warm, capacity } = await readiness(host);
      return ok && warm >= Math.min(this.options.warm, capacity.free);
    };
    for (const host of this.hosts) await until(`${host.name} to be warm`, () => isWarm(host), { timeoutMs: 180_000 });
  }

  /** No call is on, and the hosts are as warm as they are to be, and no warmer: one rest is like the other. */
  async rest(): Promise<void> {
    const isAtRest = async (host: Agent) => {
      const { warm, capacity } = await readiness(host);
      return capacity.active === 0 && warm === this.options.warm && host.processes().length === 1 + warm;
    };
    for (const host of this.hosts)
      await until(`${host.name} to rest`, () => isAtRest(host), { timeoutMs: 180_000, everyMs: 500 });
  }

  /**
   * Waits until so many loaded processes are free. Each call uses one up, and loading the next takes a second of CPU:
   * whoever calls faster than that tests the machine.
   */
  async warm(processes: number): Promise<void> {
    const free = async () => {
      const warm = await Promise.all(this.hosts.map(async (host) => (await readiness(host)).warm));
      return warm.reduce((sum, each) => sum + each, 0) >= processes;
    };
    await until(`${processes} warm processes`, free, { timeoutMs: 120_000, everyMs: 100 });
  }

  /** After a case: what is still there when it had time to go. Callers leave, what does not end is hung up. */
  async settle(): Promise<LeftOver> {
    const look = () => leftOver(this.servers, this.jobs);
    const gone = async () => isNothing(await look());
    await until('everything to be gone', gone, { timeoutMs: CLEAN_MS, everyMs: 200 }).catch(() => undefined);
    const left = await until('LiveKit and Temporal to answer', look, { timeoutMs: 30_000 });
    await Promise.all(this.calls.splice(0).map((call) => this.dismiss(call, left)));
    return left;
  }

  private async dismiss(call: TestCall, left: LeftOver): Promise<void> {
    await call.leave();
    if (left.workflows > 0) await call.terminate().catch(() => undefined);
    if (left.rooms > 0) await this.servers.rooms.deleteRoom(call.room).catch(() => undefined);
  }

  /** Milliseconds of speech in an undisturbed call of a flow. Measured once. */
  async wholeMs(flowId: string): Promise<number> {
    const known = this.whole.get(flowId);
    if (known) return known;
    const call = await (await this.call({ flowId }).start()).join();
    await call.ended(120_000);
    const ms = call.caller!.audibleMs;
    if (ms === 0) throw new Error(`an undisturbed call of flow ${flowId} was not heard`);
    this.whole.set(flowId, ms);
    await call.leave();
    return ms;
  }

  async stop(options?: { keepData?: boolean }): Promise<void> {
    await Promise.all(this.calls.map((call) => call.leave()));
    await this.servers.stop(options);
  }
}
