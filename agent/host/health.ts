import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Jobs } from './jobs.js';
import type { HostMetrics } from './metrics.js';
import type { Reception } from './reception.js';

export interface HealthDeps {
  hostId: string;
  jobs: Jobs;
  reception: Reception;
  metrics: HostMetrics;
  /** Whether LiveKit knows this worker now. */
  registered: () => Promise<boolean>;
  /** Version of the LiveKit server that it registered with last. */
  liveKitVersion: () => string | undefined;
  /** Whether the Temporal activity worker polls. */
  temporal: () => string;
  draining: () => boolean;
}

/** What an operator asks of a host: does it take calls, how many more, and which does it hold? */
export function createHealth(deps: HealthDeps): FastifyInstance {
  const { hostId, jobs, reception } = deps;
  const app = Fastify({ logger: false });

  const state = async () => ({
    hostId,
    registered: await deps.registered(),
    livekit: { version: deps.liveKitVersion() },
    temporal: deps.temporal(),
    draining: deps.draining(),
    warm: reception.warm,
    capacity: { max: jobs.max, active: jobs.max - jobs.free, free: jobs.free },
  });

  const loading = (): string[] => {
    if (!reception.canServe()) return ['no job process can load: see agent-worker.log'];
    return reception.everLoaded ? [] : ['no process is loaded yet: the speech provider may fail, see agent-worker.log'];
  };

  const problemsOf = (now: Awaited<ReturnType<typeof state>>): string[] => [
    ...(now.registered ? [] : ['not registered with LiveKit: check LIVEKIT_URL and its key']),
    ...(now.temporal === 'RUNNING' ? [] : [`Temporal worker is ${now.temporal}`]),
    ...loading(),
    ...(now.draining ? ['draining'] : []),
  ];

  app.get('/healthz', () => ({ ok: true }));

  app.get('/readyz', async (_request, reply) => {
    const now = await state();
    const problems = problemsOf(now);
    return reply.code(problems.length ? 503 : 200).send({ ok: problems.length === 0, problems, ...now });
  });

  app.get('/metrics', async (_request, reply) => {
    deps.metrics.setTakesJobs(problemsOf(await state()).length === 0);
    return reply.type(deps.metrics.contentType).send(await deps.metrics.text());
  });

  app.get('/jobs', () => ({
    jobs: jobs.all.map(({ callId, attempt, jobId, room, stage, acceptedAt, process }) => ({
      callId,
      attempt,
      jobId,
      room,
      stage,
      pid: process?.pid,
      ageMs: Date.now() - acceptedAt,
    })),
  }));
  return app;
}
