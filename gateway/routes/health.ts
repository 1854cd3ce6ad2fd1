import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { GatewayDeps } from '../app.js';
import type { Metrics } from '../metrics/metrics.js';
import { refusals } from '../schemas/problem.js';

export const healthRoutes =
  ({ calls, flows }: GatewayDeps, metrics: Metrics): FastifyPluginAsyncZod =>
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
      response: {
        200: z.object({
          status: z.literal('ready'),
          flows: z.number(),
          webhookAgeMs: z.number().optional().describe('Since the last webhook of LiveKit; none came yet without it'),
        }),
        ...refusals(503),
      },
    };
    app.get('/readyz', { schema: ready, config: { access: 'public' } }, async () => {
      await calls.ready();
      const { webhookAgeMs } = metrics;
      return { status: 'ready' as const, flows: flows.size, ...(webhookAgeMs !== undefined && { webhookAgeMs }) };
    });
  };
