import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Env } from '../platform/env.js';
import type { Logger } from '../platform/logger.js';
import type { Calls } from './calls/port.js';
import { handleErrors, problemOf, sendProblem } from './error-handler.js';
import type { Flows } from './flows.js';
import { identifyOrganisation } from './organisation.js';
import { callRoutes } from './routes/calls.js';
import { eventRoutes } from './routes/events.js';
import { flowRoutes } from './routes/flows.js';
import { healthRoutes } from './routes/health.js';
import { webhookRoutes } from './routes/webhooks.js';
import { validatorCompiler } from './validation.js';

export interface GatewayDeps {
  env: Pick<Env, 'temporal' | 'livekit' | 'policy' | 'testReadyMs' | 'startByMs' | 'agent'>;
  calls: Calls;
  flows: Flows;
  logger: Logger;
  /** Absolute path of the built page; undefined serves the API alone. */
  webRoot?: string;
}

/** Bytes. Variables are small; a flow to be checked is the largest body there is. */
const BODY_LIMIT = 256 * 1024;

/** The gateway, ready to listen or to be injected requests. */
export async function buildGateway(deps: GatewayDeps): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
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

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'durable-calls', version: '0.1.0', description: 'Every voice call is one durable workflow.' },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(async (api) => {
    identifyOrganisation(api);
    await api.register(callRoutes(deps));
    await api.register(eventRoutes(deps));
    await api.register(flowRoutes(deps));
  });
  await app.register(webhookRoutes(deps));
  await app.register(healthRoutes(deps));
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  if (deps.webRoot) await app.register(fastifyStatic, { root: deps.webRoot, maxAge: '1h' });
  return app;
}

/** JSON only: a foreign page cannot send that without asking first (CORS). An empty body is none. */
function readJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['text/plain', 'application/json']);
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, null);
    else void parse(request, body, done);
  });
}
