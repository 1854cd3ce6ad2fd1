import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Stack, startStack } from '#stack';
import type { Client, Connection } from '@temporalio/client';
import type { DispatchMetadata } from '../../contract/index.js';
import { loadEnv } from '../../platform/env.js';
import { connectTemporal } from '../../platform/temporal.js';
import { type Child, startChild } from '../measure/child.js';
import * as protocol from './protocol.js';
import type { Usage } from './protocol.js';
import { ScriptedCalls } from './scripted-calls.js';
import { startScriptedLiveKit } from './scripted-livekit.js';

export type Activities = 'real' | 'no-op';

/** A worker process with its calls. */
export interface Bench {
  calls: ScriptedCalls;
  usage(): Promise<Usage>;
  hold(held: boolean): Promise<void>;
  /** `callId` and when: its first words were asked for. */
  onSaying(listener: (callId: string, at: number) => void): void;
}

/** A Temporal server for the orchestrator alone. */
export class Workshop {
  private readonly open: { stop(): Promise<void> }[] = [];

  private constructor(
    private readonly stack: Stack,
    private readonly client: Client,
    private readonly connection: Connection,
  ) {}

  static async open(): Promise<Workshop> {
    const stack = await startStack({ livekit: false, worker: false, gateway: false, agents: 0 });
    const { client, connection } = await connectTemporal(loadEnv(stack.env));
    return new Workshop(stack, client, connection);
  }

  get temporalPid(): number {
    return this.stack.temporal!.pid!;
  }

  async bench(activities: Activities): Promise<Bench> {
    const id = `${activities}-${randomBytes(3).toString('hex')}`;
    const taskQueue = `bench-${id}`;
    const calls = new ScriptedCalls(this.client, taskQueue, id);
    const answer = (metadata: DispatchMetadata) => void calls.answerDispatch(metadata).catch(() => undefined);
    const liveKit = await startScriptedLiveKit(answer);
    const env = {
      ...this.stack.env,
      LIVEKIT_URL: liveKit.url.replace(/^http/, 'ws'),
      NODE_OPTIONS: '--expose-gc',
      [protocol.VARIABLES.activities]: activities,
      [protocol.VARIABLES.taskQueue]: taskQueue,
      [protocol.VARIABLES.hostId]: id,
    };
    const worker = startChild('orchestrator/worker.js', env, join(this.stack.logDir, `bench-${activities}.log`));
    this.open.push(worker, { stop: async () => liveKit.close() });
    worker.rpc.onNotification(protocol.dispatched, answer);
    await isPolling(worker);
    return {
      calls,
      usage: () => worker.rpc.sendRequest(protocol.usage),
      hold: (held) => worker.rpc.sendRequest(protocol.hold, { held }),
      onSaying: (listener) => void worker.rpc.onNotification(protocol.saying, ({ callId, at }) => listener(callId, at)),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.open.map((each) => each.stop()));
    await this.connection.close();
    await this.stack.stop();
  }
}

const isPolling = ({ rpc }: Child): Promise<void> =>
  new Promise((resolve, reject) => {
    rpc.onNotification(protocol.polling, () => resolve());
    rpc.onClose(() => reject(new Error('the worker of the orchestrator benchmark ended: see backend.log')));
  });
