import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { GatewayDeps } from '../app.js';
import { EndedCalls } from '../metrics/ended-calls.js';
import type { Metrics } from '../metrics/metrics.js';

const DESCRIPTION = `For Prometheus. What concerns calls is read from Temporal with each scrape and holds for all gateways
and organisations: with several gateways scrape one of them for it, or do not add them up.`;

export const metricsRoutes =
  ({ calls, logger }: GatewayDeps, metrics: Metrics): FastifyPluginAsyncZod =>
  async (app) => {
    const endedCalls = new EndedCalls(
      (...since) => calls.endedSince(...since),
      (callId, error) => logger.warn('An ended call is in no metric: it cannot be decrypted', { callId, error }),
    );

    /** While Temporal is away, what the gateway knows itself is told all the same. */
    const readCalls = async () => {
      try {
        const [active, ended] = await Promise.all([calls.countActive(), endedCalls.next()]);
        metrics.active.set(active);
        for (const view of ended) metrics.countEnded(view);
      } catch (error) {
        metrics.active.reset();
        logger.warn('Metrics without calls: Temporal does not answer', { error });
      }
    };

    const schema = {
      summary: 'Metrics',
      description: DESCRIPTION,
      tags: ['health'],
      response: { 200: { description: 'Metrics', content: { 'text/plain': { schema: z.string() } } } },
    };
    app.get('/metrics', { schema, config: { access: 'admin' } }, async (_request, reply) => {
      await readCalls();
      const text = await metrics.text();
      return reply.type(metrics.contentType).serializer(String).send(text);
    });
  };
