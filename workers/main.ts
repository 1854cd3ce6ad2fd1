import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { callEndpoints, createCallEventActivities } from '../activities/call-events/index.js';
import { follower } from '../activities/call-events/follow.js';
import { createActivities } from '../activities/index.js';
import { callIdOfWorkflow, isOfPhone, roomName } from '../contract/index.js';
import { loadEnv } from '../platform/env.js';
import { createDispatchClient, createRoomClient } from '../platform/livekit.js';
import { createLogger, temporalLogger } from '../platform/logger.js';
import { connectTemporal, createNativeConnection } from '../platform/temporal.js';
import { createCallWorker } from './call-worker.js';
import type { Endpoints } from '../platform/webhook-endpoints.js';
import { createEventsWorker } from './events-worker.js';
import { scheduleJanitor } from './schedule.js';

/** The call worker process. SIGTERM drains it: the Temporal SDK stops polling and lets activities finish. */
const env = loadEnv();
const logger = createLogger({ env, service: 'call-worker', file: 'backend.log' });
Runtime.install({
  logger: temporalLogger(logger, callOf),
  telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN' }) } },
});

const connection = await createNativeConnection(env, logger);
const { client, connection: clientConnection } = await connectTemporal(env, logger);
const endpoints = callEndpoints(env, logger);
const activities = createActivities({
  client,
  rooms: createRoomClient(env),
  dispatches: createDispatchClient(env),
  namespace: env.temporal.namespace,
  logger,
  env,
  http: { allowHosts: env.http.allowHosts },
  ...(endpoints && { follow: follower(client, (org) => endpoints.of(org).length > 0) }),
});
const workers = [
  createCallWorker({ connection, env, activities }),
  ...(endpoints ? [createEventsWorker({ connection, env, activities: eventActivities(endpoints) })] : []),
];
const running = await Promise.all(workers);
await scheduleJanitor(client, env.reconcile.everyMs, env.reconcile.olderThanMs);
logger.info('Call worker ready', { namespace: env.temporal.namespace, address: env.temporal.address });
await Promise.all(running.map((worker) => worker.run()));
endpoints?.close();
await Promise.all([connection.close(), clientConnection.close()]);
logger.info('Call worker stopped');

function eventActivities(endpoints: Endpoints) {
  const { webhooks, http } = env;
  return createCallEventActivities({ client, endpoints, policy: webhooks, allowHosts: http.allowHosts });
}

/** Workflow lines name the call and its room, as all others do. */
function callOf({ workflowId }: Record<string, unknown>): { callId?: string; room?: string } {
  const callId = callIdOfWorkflow(String(workflowId));
  return callId === undefined ? {} : { callId, ...(isOfPhone(callId) ? {} : { room: roomName(callId) }) };
}
