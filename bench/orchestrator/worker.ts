import { setTimeout as sleep } from 'node:timers/promises';
import { cancelled, heartbeat } from '@temporalio/activity';
import { makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { dispatchActivities } from '../../activities/dispatch.js';
import { roomActivities } from '../../activities/rooms.js';
import type { CallActivities } from '../../activities/types.js';
import { agentTaskQueue } from '../../contract/index.js';
import type { AgentActivities, AgentAddress, Said } from '../../contract/index.js';
import { loadEnv } from '../../platform/env.js';
import { createDispatchClient, createRoomClient } from '../../platform/livekit.js';
import { createLogger, temporalLogger } from '../../platform/logger.js';
import { createNativeConnection } from '../../platform/temporal.js';
import { createCallWorker } from '../../workers/call-worker.js';
import { serveParent } from '../measure/child.js';
import * as protocol from './protocol.js';

/**
 * What orchestrates calls, in one process: the call worker with its real workflows, and a scripted agent host. With
 * real activities it talks to a scripted LiveKit over HTTP; with no-op ones it talks to nobody.
 */
const env = loadEnv();
const parent = serveParent();
const { BENCH_ACTIVITIES: activities, BENCH_TASK_QUEUE: taskQueue, BENCH_HOST_ID: hostId } = process.env;
const logger = createLogger({ env, service: 'bench-orchestrator', file: 'backend.log' });
Runtime.install({
  logger: temporalLogger(logger),
  shutdownSignals: [],
  telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN' }) } },
});
const connection = await createNativeConnection(env, logger);

/** What a greeting asks for; nothing else is called. */
type Asked = Pick<CallActivities, 'createRoom' | 'deleteRoom' | 'lookAtRoom' | 'dispatchAgent' | 'withdrawAgent'>;
const noOp: Asked = {
  createRoom: async ({ dispatch }) => dispatch && parent.sendNotification(protocol.dispatched, dispatch.metadata),
  deleteRoom: async () => undefined,
  lookAtRoom: async () => ({ exists: true, identities: [] }),
  dispatchAgent: ({ metadata }) => parent.sendNotification(protocol.dispatched, metadata),
  withdrawAgent: async () => undefined,
};
const real = (): Asked => {
  const rooms = createRoomClient(env);
  const dispatches = createDispatchClient(env);
  return {
    ...roomActivities({ rooms, namespace: env.temporal.namespace, logger, env }),
    ...dispatchActivities({ dispatches, rooms, logger, env }),
  };
};

let held = false;
const SAID: Said = { playedMs: 1, firstAudioMs: 1 };
async function speak({ callId }: AgentAddress): Promise<Said> {
  void parent.sendNotification(protocol.saying, { callId, at: Date.now() });
  while (held) {
    heartbeat();
    await Promise.race([sleep(500), cancelled()]);
  }
  return SAID;
}
const agent: Pick<AgentActivities, 'startFlow' | 'say' | 'dismiss'> = {
  startFlow: async (command) => ({
    ...{ session: command.jobId, streaming: false, hasGreeting: !!command.greeting },
    ...(command.greeting && { said: await speak(command) }),
  }),
  say: speak,
  dismiss: async () => undefined,
};

const asked = (activities === 'real' ? real() : noOp) as CallActivities;
const workers = await Promise.all([
  createCallWorker({ connection, env, activities: asked, taskQueue: taskQueue! }),
  Worker.create({ connection, taskQueue: agentTaskQueue(hostId!), activities: { ...agent } }),
]);

parent.onRequest(protocol.usage, () => {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1_000, rssKib: Math.round(process.memoryUsage.rss() / 1024) };
});
parent.onRequest(protocol.hold, (message) => {
  held = message.held;
});
parent.listen();
await parent.sendNotification(protocol.polling, {});
await Promise.all(workers.map((worker) => worker.run()));
