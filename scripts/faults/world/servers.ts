import { startStack } from '#stack';
import type { Agent, Component, Gateway, Stack } from '#stack';
import type { Client, Connection } from '@temporalio/client';
import { AgentDispatchClient, RoomServiceClient } from 'livekit-server-sdk';
import { CALLS_TASK_QUEUE } from '../../../contract/index.js';
import { loadEnv } from '../../../platform/env.js';
import { connectTemporal } from '../../../platform/temporal.js';
import type { LiveKitProxy } from './livekit-proxy.js';
import { openLiveKitProxy } from './livekit-proxy.js';
import type { TcpGate } from './tcp-gate.js';
import { openTcpGate } from './tcp-gate.js';
import { until } from './until.js';

/** Temporal's TaskQueueType for workflow tasks. */
const WORKFLOW_QUEUE = 1;

/**
 * Real servers, and our parts as processes of their own. Our parts reach Temporal through `gate`, and the call worker
 * reaches LiveKit's API through `livekitApi`: what the faults do to either, nobody but the parts notices.
 */
export interface Servers {
  readonly temporal: Component;
  readonly livekit: Component;
  readonly gateway: Component;
  readonly gatewayUrl: string;
  readonly gate: TcpGate;
  readonly livekitApi: LiveKitProxy;
  readonly dataDir: string;
  readonly logDir: string;
  /** What a client of the servers needs. */
  readonly env: Readonly<Record<string, string>>;
  /** Straight to the servers: what the suite itself looks with. */
  readonly client: Client;
  readonly rooms: RoomServiceClient;
  readonly dispatches: AgentDispatchClient;
  startAgent(env?: Record<string, string>): Promise<Agent>;
  /** Another gateway beside the first. */
  startGateway(env: Record<string, string>): Promise<Gateway>;
  /** Resolves when it polls. */
  startWorker(env?: Record<string, string>): Promise<Component>;
  /** Starts a worker again that was killed or stopped. */
  restartWorker(worker: Component): Promise<void>;
  /** Parts that ended by themselves with an error, since this was asked last. */
  crashes(): string[];
  /** `keepData`: logs and Temporal's database stay. */
  stop(options?: { keepData?: boolean }): Promise<void>;
}

export async function startServers(env: Record<string, string>): Promise<Servers> {
  const servers = await startStack({ worker: false, gateway: false, agents: 0 });
  const { ports, dataDir, logDir, urls } = servers;
  const stacks: Stack[] = [];
  let connection: Connection | undefined;
  let gate: TcpGate | undefined;
  let livekitApi: LiveKitProxy | undefined;

  async function stop(options?: { keepData?: boolean }): Promise<void> {
    gate?.open();
    await Promise.all(stacks.map((stack) => stack.stop({ graceMs: 1_000 })));
    await Promise.all([connection?.close(), livekitApi?.close()]);
    gate?.close();
    await servers.stop(options);
  }

  try {
    gate = await openTcpGate(ports.temporal);
    const direct = loadEnv({ ...servers.env, TEMPORAL_ADDRESS: urls.temporal });
    const livekit = [urls.livekit.replace(/^ws/, 'http'), direct.livekit.apiKey, direct.livekit.apiSecret] as const;
    const dispatches = new AgentDispatchClient(...livekit);
    livekitApi = await openLiveKitProxy(livekit[0], dispatches);
    const agentEnv = { LIVEKIT_URL: urls.livekit };
    const ours = {
      ...env,
      TEMPORAL_ADDRESS: gate.address,
      LIVEKIT_URL: livekitApi.url.replace(/^http/, 'ws'),
      LIVEKIT_PUBLIC_URL: urls.livekit,
    };
    const startParts = async (which: { gateway: boolean }, more: Record<string, string> = {}) => {
      const common = { ports, dataDir, temporal: false, livekit: false, worker: false, agents: 0 };
      const stack = await startStack({ ...common, ...which, env: { ...ours, ...more } });
      stacks.push(stack);
      return stack;
    };
    const parts = await startParts({ gateway: true });
    const { client, ...opened } = await connectTemporal(direct);
    connection = opened.connection;

    const restartWorker = async (worker: Component) => {
      await worker.start();
      await until('the call worker to poll', () => polls(client, worker.pid!));
    };
    return {
      temporal: servers.temporal!,
      livekit: servers.livekit!,
      gateway: parts.gateway,
      gatewayUrl: parts.urls.gateway,
      gate,
      livekitApi,
      dataDir,
      logDir,
      env: servers.env,
      client,
      rooms: new RoomServiceClient(...livekit),
      dispatches,
      startAgent: (more) => parts.startAgent({ ...agentEnv, ...more }),
      startGateway: (more) => parts.startGateway(more),
      async startWorker(more) {
        const { worker } = await startParts({ gateway: false }, more);
        await restartWorker(worker);
        return worker;
      },
      restartWorker,
      crashes: () => [servers, ...stacks].flatMap(({ crashes }) => crashes.splice(0)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Pollers are named `pid@host`. */
async function polls(client: Client, pid: number): Promise<boolean> {
  const taskQueue = { name: CALLS_TASK_QUEUE };
  const { namespace } = client.workflow.options;
  const request = { namespace, taskQueue, taskQueueType: WORKFLOW_QUEUE };
  const { pollers } = await client.workflowService.describeTaskQueue(request);
  return pollers.some(({ identity }) => identity?.startsWith(`${pid}@`));
}
