import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { createActivities } from '../activities/index.js';
import { callIdOfWorkflow, roomName } from '../contract/index.js';
import { loadEnv } from '../platform/env.js';
import { createDispatchClient, createRoomClient } from '../platform/livekit.js';
import { createLogger, temporalLogger } from '../platform/logger.js';
import { connectTemporal, createNativeConnection } from '../platform/temporal.js';
import { createCallWorker } from './call-worker.js';
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
const activities = createActivities({
  client,
  rooms: createRoomClient(env),
  dispatches: createDispatchClient(env),
  namespace: env.temporal.namespace,
  logger,
  env,
  http: { allowHosts: env.http.allowHosts },
});
const worker = await createCallWorker({ connection, env, activities });
await scheduleJanitor(client, env.reconcile.everyMs, env.reconcile.olderThanMs);
logger.info('Call worker ready', { namespace: env.temporal.namespace, address: env.temporal.address });
await worker.run();
await Promise.all([connection.close(), clientConnection.close()]);
logger.info('Call worker stopped');

/** Workflow lines name the call and its room, as all others do. */
function callOf({ workflowId }: Record<string, unknown>): { callId?: string; room?: string } {
  const callId = callIdOfWorkflow(String(workflowId));
  return callId === undefined ? {} : { callId, room: roomName(callId) };
}
