import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Env } from '../platform/env.js';
import type { Logger } from '../platform/logger.js';
import type { Transcripts } from '../platform/transcripts.js';
import type { Tracing } from '../platform/tracing.js';
import type { Endpoints } from '../platform/webhook-endpoints.js';
import { authenticate } from './auth/hook.js';
import type { Keys } from './auth/keys.js';
import type { Calls } from './calls/port.js';
import { handleErrors, problemOf, sendProblem } from './error-handler.js';
import type { Flows } from './flows.js';
import { readJson } from './json-body.js';
import { measureRequests, Metrics } from './metrics/metrics.js';
import { describeApi } from './openapi.js';
import type { OwnAgents } from './own-agents/port.js';
import { agentRoutes } from './routes/agents.js';
import { callRoutes } from './routes/calls.js';
import { deliveryRoutes } from './routes/deliveries.js';
import { codecRoutes } from './routes/codec.js';
import { eventRoutes } from './routes/events.js';
import { flowRoutes } from './routes/flows.js';
import { healthRoutes } from './routes/health.js';
import { metricsRoutes } from './routes/metrics.js';
import { ownAgentRoutes } from './routes/own-agent.js';
import { simulateRoutes } from './routes/simulate.js';
import { transcriptRoutes } from './routes/transcript.js';
import { webhookRoutes } from './routes/webhooks.js';
import { allowOrigins, limitRate, securityHeaders } from './security.js';
import { stopSignal } from './stopping.js';
import type { Lines } from './phone/lines.js';
import { validatorCompiler } from './validation.js';

export interface GatewayDeps {
  env: Pick<
    Env,
    | 'temporal'
    | 'encryption'
    | 'livekit'
    | 'policy'
    | 'testReadyMs'
    | 'startByMs'
    | 'agent'
    | 'gateway'
    | 'ownAgent'
    | 'http'
    | 'phone'
  >;
  calls: Calls;
  ownAgents: OwnAgents;
  flows: Flows;
  logger: Logger;
  /** Undefined: no traces. */
  tracing?: Tracing | undefined;
  /** Undefined: everybody on this machine may use the API. */
  keys?: Keys;
  /** Undefined: what happens in calls is sent to nobody. */
  endpoints?: Endpoints;
  /** Phone numbers that calls may come in to; undefined: none. */
  lines?: Lines;
  /** Undefined: what is said is not kept. */
  transcripts?: Transcripts;
  /** Absolute path of the built page; undefined serves the API alone. */
  webRoot?: string;
}

/** Bytes. Variables are small; a flow to be checked is the largest body there is. */
const BODY_LIMIT = 256 * 1024;
/** A request must have arrived by then; how long its answer takes is another matter. Milliseconds. */
const REQUEST_MS = 30_000;

/** The gateway, ready to listen or to be injected requests. */
export async function buildGateway(deps: GatewayDeps): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_MS,
    // Idle keep-alive connections do not hold a stop up.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, problemOf(error)),
  });
  app.setValidatorCompiler(validatorCompiler);
  // Answers are checked by the compiler and by tests, not per request: a call that an older version has ended must
  // still be readable.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  readJson(app);
  handleErrors(app, deps.logger);

  await securityHeaders(app, deps.env);
  await allowOrigins(app, deps.env);
  await describeApi(app);
  await app.register(async (api) => {
    authenticate(api, deps.keys);
    await limitRate(api, deps.env);
    const metrics = new Metrics();
    measureRequests(api, metrics);
    await api.register(metricsRoutes(deps, metrics));
    await api.register(agentRoutes(deps));
    await api.register(callRoutes(deps, stopSignal(api)));
    await api.register(eventRoutes(deps));
    await api.register(deliveryRoutes(deps));
    await api.register(transcriptRoutes(deps));
    await api.register(flowRoutes(deps));
    await api.register(simulateRoutes(deps));
    await api.register(ownAgentRoutes(deps));
    await api.register(webhookRoutes(deps, metrics));
    await api.register(codecRoutes(deps));
    await api.register(healthRoutes(deps, metrics));
    const schema = { hide: true };
    api.get('/openapi.json', { schema, config: { access: 'public' } }, () => app.swagger());
  });
  if (deps.webRoot) await servePage(app, deps.webRoot);
  return app;
}

/** Names of built files carry their hash; the page that names them is asked for each time. */
async function servePage(app: FastifyInstance, root: string): Promise<void> {
  await app.register(fastifyStatic, {
    root,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const isHashed = path.includes('/assets/');
      void reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
