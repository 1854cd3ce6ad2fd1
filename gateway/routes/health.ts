import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { GatewayDeps } from '../app.js';
import { refusals } from '../schemas/problem.js';

export const healthRoutes =
  ({ calls, flows }: GatewayDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const alive = {
      summary: 'The process answers',
      tags: ['health'],
      response: { 200: z.object({ status: z.literal('ok') }) },
    };
    app.get('/healthz', { schema: alive, config: { access: 'public' } }, () => ({ status: 'ok' as const }));

    const ready = {
      summary: 'Calls can be started',
      description: 'Temporal answers and the flows are loaded.',
      tags: ['health'],
      response: { 200: z.object({ status: z.literal('ready'), flows: z.number() }), ...refusals(503) },
    };
    app.get('/readyz', { schema: ready, config: { access: 'public' } }, async () => {
      await calls.ready();
      return { status: 'ready' as const, flows: flows.size };
    });
  };
