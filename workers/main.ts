import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { createCallEventActivities } from '../activities/call-events/index.js';
import { follower } from '../activities/call-events/follow.js';
import { createActivities } from '../activities/index.js';
import { webhookEndpoints } from '../calls/webhook-endpoints.js';
import {
  CALL_BUCKETS,
  CALLS_TASK_QUEUE,
  callIdOfWorkflow,
  isOfPhone,
  roomName,
  WORKER_METRICS,
} from '../contract/index.js';
import { boxOf, dataConverterOf } from '../platform/encryption/index.js';
import { loadEnv } from '../platform/env.js';
import { createDispatchClient, createRoomClient, createSipClient } from '../platform/livekit.js';
import { createLogger, temporalLogger } from '../platform/logger.js';
import { temporalMetrics } from '../platform/temporal-metrics.js';
import { startTracing } from '../platform/tracing.js';
import { connectTemporal, createNativeConnection } from '../platform/temporal.js';
import { createCallWorker } from './call-worker.js';
import { TranscriptFiles } from '../platform/transcripts.js';
import { endOnError, type Running } from './crash.js';
import { createEventsWorker } from './events-worker.js';
import { beginAtZero } from './metrics.js';
import { scheduleJanitor } from './schedule.js';

const SWEEP_EVERY_MS = 3_600_000;
const BUCKETS = {
  [WORKER_METRICS.stageSeconds]: CALL_BUCKETS,
  [WORKER_METRICS.setupSeconds]: CALL_BUCKETS,
};

/** The call worker process. SIGTERM drains it: the Temporal SDK stops polling and lets activities finish. */
const env = loadEnv();
const logger = createLogger({ env, service: 'call-worker', file: 'backend.log' });
const running: Running[] = [];
endOnError(running, logger, env.worker.drainMs);
Runtime.install({
  logger: temporalLogger(logger, callOf),
  telemetryOptions: {
    logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN' }) },
    ...temporalMetrics(env.worker.metrics, BUCKETS),
  },
});

beginAtZero(env.temporal.namespace, CALLS_TASK_QUEUE);

const connection = await createNativeConnection(env, logger);
const { client, connection: clientConnection } = await connectTemporal(env, logger);
const endpoints = webhookEndpoints(env, logger);
const transcripts = transcriptFiles();
const followed = (org: string) => transcripts !== undefined || (endpoints?.of(org).length ?? 0) > 0;
const activities = createActivities({
  client,
  rooms: createRoomClient(env),
  dispatches: createDispatchClient(env),
  sip: createSipClient(env),
  namespace: env.temporal.namespace,
  logger,
  env,
  http: { allowHosts: env.http.allowHosts },
  ...((endpoints ?? transcripts) && { follow: follower(client, followed) }),
  phone: env.phone,
});
const tracing = await startTracing(env.traceEndpoint, 'call-worker');
const workers = [
  createCallWorker({ connection, env, activities, tracing, dataConverter: dataConverterOf(env) }),
  ...((endpoints ?? transcripts) ? [createEventsWorker({ connection, env, activities: eventActivities() })] : []),
];
const ready = await Promise.all(workers);
await scheduleJanitor(client, env.reconcile.everyMs, env.reconcile.olderThanMs);
logger.info('Call worker ready', { namespace: env.temporal.namespace, address: env.temporal.address });
running.push(...ready.map((worker) => ({ worker, stopped: worker.run() })));
await Promise.all(running.map(({ stopped }) => stopped));
endpoints?.close();
await Promise.all([connection.close(), clientConnection.close(), tracing?.close()]);
logger.info('Call worker stopped');

function eventActivities() {
  const { webhooks, http } = env;
  return createCallEventActivities({ client, endpoints, transcripts, policy: webhooks, allowHosts: http.allowHosts });
}

/** Old ones are deleted now and from time to time. */
function transcriptFiles(): TranscriptFiles | undefined {
  const { dir, days } = env.transcripts;
  if (dir === undefined) return undefined;
  const files = new TranscriptFiles(dir, days, boxOf(env));
  const sweep = () =>
    files.sweep().then(
      (swept) => swept > 0 && logger.info('Old transcripts deleted', { transcripts: swept }),
      (error: unknown) => logger.error('Old transcripts could not be deleted', { error }),
    );
  void sweep();
  setInterval(() => void sweep(), SWEEP_EVERY_MS).unref();
  return files;
}

/** Workflow lines name the call and its room, as all others do. */
function callOf({ workflowId }: Record<string, unknown>): { callId?: string; room?: string } {
  const callId = callIdOfWorkflow(String(workflowId));
  return callId === undefined ? {} : { callId, ...(isOfPhone(callId) ? {} : { room: roomName(callId) }) };
}
