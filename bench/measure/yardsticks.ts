import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lookAtPool, POOL_VARIABLE } from '../baseline/pool.js';
import { AS_IT_COMES_VARIABLE, serving } from '../baseline/protocol.js';
import type { AgentSetUp } from '../types.js';
import { type Child, startChild } from './child.js';
import type { Parts } from './parts.js';
import { until, within } from './wait.js';

const START_MS = 120_000;

type Env = Record<string, string>;

/** Where a process serves, as it says once. Ask as soon as it is started. */
const urlOf = (child: Child, what: string): Promise<string> =>
  within(
    what,
    START_MS,
    child.ended,
    new Promise((resolve) => void child.rpc.onNotification(serving, ({ url }) => resolve(url))),
  );

/** The backend and the agent worker that polling and floor share. */
export class Yardsticks {
  private host: Child | undefined;
  /** How many processes its worker keeps warm. */
  size = 0;

  private constructor(
    readonly url: string,
    /** Where each process tells its state. */
    private readonly states: string,
    private readonly env: Env,
    private readonly logDir: string,
  ) {}

  /** `env`: of the agent worker; `backendEnv`: its API requests go through the proxy. */
  static async start(env: Env, backendEnv: Env, logDir: string, parts: Parts): Promise<Yardsticks> {
    const states = mkdtempSync(join(tmpdir(), 'durable-calls-pool-'));
    parts.add(() => rmSync(states, { recursive: true, force: true }));
    const backend = startChild('baseline/backend.js', backendEnv, join(logDir, 'bench-backend.log'));
    parts.add(() => backend.stop());
    const yardsticks = new Yardsticks(await urlOf(backend, "the yardsticks' backend"), states, env, logDir);
    parts.add(() => yardsticks.stopAgent());
    return yardsticks;
  }

  /** Resolves when the worker is registered with LiveKit and has a loaded process. */
  async startAgent({ providerLoadMs, asItComes }: AgentSetUp, warmProcesses: number): Promise<void> {
    this.size = warmProcesses;
    const env = {
      ...this.env,
      [POOL_VARIABLE]: this.states,
      AGENT_PROVIDER_LOAD_MS: String(providerLoadMs),
      AGENT_WARM_PROCESSES: String(warmProcesses),
      ...(asItComes && { [AS_IT_COMES_VARIABLE]: '1' }),
    };
    this.host = startChild('baseline/host.js', env, join(this.logDir, 'bench-yardstick.log'));
    const url = await urlOf(this.host, "the yardsticks' agent worker");
    await until("the yardsticks' agent", START_MS, async () => (await fetch(url)).ok && this.pool.warm.length > 0);
  }

  async stopAgent(): Promise<void> {
    await this.host?.stop();
    this.host = undefined;
  }

  /** Its processes: those that wait for a call, and those that hold one. */
  get pool(): ReturnType<typeof lookAtPool> {
    return lookAtPool(this.states);
  }
}
