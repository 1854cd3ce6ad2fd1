import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { POOL_VARIABLE, processesIn } from '../baseline/pool.js';
import { serving } from '../baseline/protocol.js';
import { type Child, startChild } from './child.js';
import { until } from './wait.js';

const START_MS = 120_000;

/** Starts a child and waits until it serves. */
async function startServing(program: string, env: Record<string, string>, log: string): Promise<[Child, string]> {
  const child = startChild(program, env, log);
  const url = await new Promise<string>((resolve, reject) => {
    child.rpc.onNotification(serving, (message) => resolve(message.url));
    child.rpc.onClose(() => reject(new Error(`${program} ended before it served: see ${log}`)));
  });
  return [child, url];
}

/** The backend and the agent worker that polling and floor share. */
export class Yardsticks {
  private host: Child | undefined;
  /** How many processes its worker keeps warm. */
  pool = 0;
  /** Where each process tells its state. */
  private readonly states = mkdtempSync(join(tmpdir(), 'durable-calls-pool-'));

  private constructor(
    private readonly backend: Child,
    readonly url: string,
    private readonly env: Record<string, string>,
    private readonly logDir: string,
  ) {}

  /** `env`: of the agent worker; `backendEnv`: its API requests go through the proxy. */
  static async start(
    env: Record<string, string>,
    backendEnv: Record<string, string>,
    logDir: string,
  ): Promise<Yardsticks> {
    const [backend, url] = await startServing('baseline/backend.js', backendEnv, join(logDir, 'bench-backend.log'));
    return new Yardsticks(backend, url, env, logDir);
  }

  /** Resolves when the worker is registered with LiveKit and has a loaded process. */
  async startAgent(providerLoadMs: number, warmProcesses: number): Promise<void> {
    this.pool = warmProcesses;
    const own = { AGENT_PROVIDER_LOAD_MS: String(providerLoadMs), AGENT_WARM_PROCESSES: String(warmProcesses) };
    const env = { ...this.env, [POOL_VARIABLE]: this.states, ...own };
    const [host, url] = await startServing('baseline/host.js', env, join(this.logDir, 'bench-yardstick.log'));
    this.host = host;
    await until('the yardstick agent', START_MS, async () => (await fetch(url)).ok && this.warm > 0);
  }

  async stopAgent(): Promise<void> {
    await this.host?.stop();
    this.host = undefined;
  }

  get warm(): number {
    return processesIn(this.states, 'warm').length;
  }

  /** Processes that hold a call. */
  get inCalls(): number[] {
    return processesIn(this.states, 'in a call');
  }

  async stop(): Promise<void> {
    await Promise.all([this.stopAgent(), this.backend.stop()]);
    rmSync(this.states, { recursive: true, force: true });
  }
}
