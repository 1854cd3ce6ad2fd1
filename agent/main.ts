import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { initializeLogger } from '@livekit/agents';
import { makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { agentTaskQueue, RECONCILE } from '../contract/index.js';
import { checkKeys, dataConverterOf } from '../platform/encryption/index.js';
import { loadEnv } from '../platform/env.js';
import { createRoomClient } from '../platform/livekit.js';
import { closeLogger, createLogger, temporalLogger } from '../platform/logger.js';
import { tracedActivities } from '../platform/traced-activities.js';
import { startTracing } from '../platform/tracing.js';
import { temporalMetrics } from '../platform/temporal-metrics.js';
import { connectTemporal, createNativeConnection } from '../platform/temporal.js';
import { acceptJobs } from './host/accept.js';
import { agentActivities } from './host/activities.js';
import { CallLink } from './host/call-link.js';
import { createHealth } from './host/health.js';
import { JobTraces } from './host/job-traces.js';
import { Jobs } from './host/jobs.js';
import { HostMetrics } from './host/metrics.js';
import { watchRegistration } from './host/registration.js';
import { createAgentServer } from './host/livekit-server.js';
import { drain } from './host/drain.js';
import { forkJobs } from './host/job-program.js';
import { mendPool } from './host/pool.js';
import { Reception } from './host/reception.js';
import { drainAtEnd } from './host/shutdown.js';
import { watchJobs } from './host/watch.js';
import { RELAY_PATH_VARIABLE } from './relay/protocol.js';
import { loadLlm, loadRecogniser, loadTts } from './providers/index.js';
import { pluginsInUse } from './providers/plugin.js';
import { listenForJobs } from './relay/server.js';

/**
 * The agent host: takes jobs from LiveKit, keeps their processes, and serves the activities of its calls on its own
 * Temporal task queue. SIGTERM drains it: no new jobs, the running calls go on until they end.
 */
const env = loadEnv();

/** Processes that are still loading would hold up the end; they end themselves when the relay closes. Milliseconds. */
const CLOSE_MS = 3_000;
const logger = createLogger({ env, service: 'agent', file: 'agent-worker.log' });
const hostId = env.agent.hostId ?? `${hostname().replace(/[^\w.-]/g, '-')}-${randomUUID().slice(0, 8)}`;

Runtime.install({
  logger: temporalLogger(logger),
  shutdownSignals: [], // the calls of this host decide when its Temporal worker may stop
  telemetryOptions: {
    logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN' }) },
    ...temporalMetrics({ host: env.agent.healthHost, port: env.agent.metricsPort }),
  },
});
// What is missing is said now: a job process that cannot load its providers is only a process that never gets warm.
initializeLogger({ pretty: false, level: 'warn' });
await Promise.all([loadTts(env.providers.tts), loadRecogniser(env.providers.stt), loadLlm(env.providers.llm)]);
if (env.providers.llm.name && env.providers.stt.name === 'grammar')
  logger.warn('STT=grammar hears no free speech: callers of a conversation (LLM) can only type and press keys');

const { client, connection } = await connectTemporal(env, logger);
await checkKeys(client, RECONCILE);
const native = await createNativeConnection(env, logger);

const tracing = await startTracing(env.traceEndpoint, 'agent');
const traces = new JobTraces(tracing, hostId);

let draining = false;
const jobs = new Jobs(env.agent.maxJobs);
const calls = new CallLink(client, logger);
const metrics: HostMetrics = new HostMetrics(
  jobs,
  () => reception.warm,
  () => draining,
);
const rooms = createRoomClient(env);
const reception = new Reception({ hostId, jobs, calls, logger, metrics, traces, rooms, draining: () => draining });
const relay = await listenForJobs(reception.welcome, (error) => logger.error('A job could not report', { error }));
watchRegistration(logger);
await mendPool({ logger, jobs, draining: () => draining });
process.env[RELAY_PATH_VARIABLE] = relay.path; // the framework forks job processes with our environment

const worker = await Worker.create({
  connection: native,
  namespace: env.temporal.namespace,
  taskQueue: agentTaskQueue(hostId),
  dataConverter: dataConverterOf(env),
  activities: { ...metrics.measured(agentActivities(hostId, jobs, logger)) },
  ...(tracing && { interceptors: { activity: [tracedActivities(tracing)] } }),
  maxConcurrentActivityTaskExecutions: env.agent.maxJobs * 3,
  // A heartbeat also brings the news that a call takes its command back; the default would hold it for 8 s.
  maxHeartbeatThrottleInterval: '2 seconds',
});
const { canServe } = reception;
const accept = acceptJobs({ hostId, jobs, canServe, calls, logger, metrics, traces });
const { agent } = await forkJobs(pluginsInUse.size > 0);
const server = createAgentServer(env, agent, jobs, canServe, accept);
watchJobs(server, jobs, calls, traces);

/** Of the LiveKit server, which tells it when this host registers. */
let liveKitVersion: string | undefined;
server.event.on('worker_registered', (_id: string, info?: { version?: string }) => (liveKitVersion = info?.version));

const health = createHealth({
  hostId,
  jobs,
  reception,
  metrics,
  registered: () =>
    fetch(`http://127.0.0.1:${env.agent.port}/`).then(
      (answer) => answer.ok,
      () => false,
    ),
  liveKitVersion: () => liveKitVersion,
  temporal: () => worker.getState(),
  draining: () => draining,
});
await health.listen({ host: env.agent.healthHost, port: env.agent.healthPort });

const stopped = Promise.all([worker.run(), server.run()]);
logger.info('Agent host started', { hostId, agent: env.agent.name, maxJobs: jobs.max, warm: env.agent.warmProcesses });

drainAtEnd(logger, env.agent.drainMs, async (cause) => {
  logger.info('Agent host drains', { cause, jobs: jobs.all.length, ms: env.agent.drainMs });
  draining = true;
  await drain(server, jobs, env.agent.drainMs);
  if (jobs.all.length > 0)
    logger.warn('Agent host: calls still run at the end of the drain', { jobs: jobs.all.length });
  await Promise.race([server.close(), sleep(CLOSE_MS)]);
  worker.shutdown();
  await stopped.catch(() => undefined);
  await health.close();
  relay.close();
  await Promise.all([connection.close(), tracing?.close()]);
  logger.info('Agent host stopped', { hostId });
  await closeLogger(logger);
});
await stopped;
