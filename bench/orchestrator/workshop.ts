import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Stack, startStack } from '#stack';
import type { Client } from '@temporalio/client';
import type { DispatchMetadata } from '../../contract/index.js';
import { loadEnv } from '../../platform/env.js';
import { connectTemporal } from '../../platform/temporal.js';
import { type Child, startChild } from '../measure/child.js';
import type { Parts } from '../measure/parts.js';
import { within } from '../measure/wait.js';
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
  /** What `work` gives; fails when the worker ends before, or when it takes too long. */
  within<T>(limitMs: number, work: Promise<T>): Promise<T>;
  /** `callId` and when: its first words were asked for. */
  onSaying(listener: (callId: string, at: number) => void): void;
}

/** A Temporal server for the orchestrator alone. */
export class Workshop {
  private constructor(
    private readonly stack: Stack,
    private readonly client: Client,
    private readonly parts: Parts,
  ) {}

  /** All of it ends with `parts`, also when only some of it could be started. */
  static async open(parts: Parts): Promise<Workshop> {
    const onCreated = (created: Stack) => parts.add(() => created.stop());
    const stack = await startStack({ livekit: false, worker: false, gateway: false, agents: 0, onCreated });
    const { client, connection } = await connectTemporal(loadEnv(stack.env));
    parts.add(() => connection.close());
    return new Workshop(stack, client, parts);
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
    this.parts.add(() => liveKit.close());
    const env = {
      ...this.stack.env,
      LIVEKIT_URL: liveKit.url.replace(/^http/, 'ws'),
      NODE_OPTIONS: '--expose-gc',
      [protocol.VARIABLES.activities]: activities,
      [protocol.VARIABLES.taskQueue]: taskQueue,
      [protocol.VARIABLES.hostId]: id,
    };
    const worker = startChild('orchestrator/worker.js', env, join(this.stack.logDir, `bench-${activities}.log`));
    this.parts.add(() => worker.stop());
    worker.rpc.onNotification(protocol.dispatched, answer);
    await Promise.race([worker.ended, isPolling(worker)]);
    return {
      calls,
      usage: () => worker.ask(protocol.usage),
      hold: (held) => worker.ask(protocol.hold, { held }),
      within: (limitMs, work) => within(`the scripted calls (${activities} activities)`, limitMs, worker.ended, work),
      onSaying: (listener) => void worker.rpc.onNotification(protocol.saying, ({ callId, at }) => listener(callId, at)),
    };
  }
}

const isPolling = ({ rpc }: Child): Promise<void> =>
  new Promise((resolve) => void rpc.onNotification(protocol.polling, () => resolve()));
