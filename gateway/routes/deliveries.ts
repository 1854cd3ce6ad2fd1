import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { CALL_EVENT_TYPES } from '../../contract/index.js';
import type { GatewayDeps } from '../app.js';
import { refusals } from '../schemas/problem.js';
import { callParams } from '../schemas/requests.js';

const delivery = z.object({
  event: z.string().describe('`webhook-id`'),
  type: z.enum(CALL_EVENT_TYPES),
  at: z.number().describe('When it happened. Milliseconds since the epoch'),
  endpoint: z.string(),
  url: z.string().optional().describe('Of the endpoint, without its query; absent when it is configured no more'),
  status: z
    .enum(['waiting', 'delivered', 'given-up', 'gone'])
    .describe('waiting: to be tried, again or for the first time. gone: the endpoint answered 410, to this or before'),
  attempts: z.number(),
  httpStatus: z.number().optional().describe("The last answer's"),
  error: z.string().optional().describe('Why the last attempt failed'),
  settledAt: z.number().optional().describe('Milliseconds since the epoch'),
});

export const deliveryRoutes =
  ({ calls, endpoints }: GatewayDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const schema = {
      summary: "What became of a call's events",
      description: 'Each event of the call at each endpoint of the organisation (docs/webhooks.md), oldest first.',
      tags: ['calls'],
      params: callParams,
      response: { 200: z.object({ deliveries: z.array(delivery) }), ...refusals(404, 503) },
    };
    app.get('/v1/calls/:callId/deliveries', { schema, config: { access: 'read' } }, async ({ org, params }) => {
      const log = await calls.deliveries(org, params.callId);
      const urls = new Map(endpoints?.of(org).map(({ id, url }) => [id, withoutQuery(url)]));
      return { deliveries: log.map((each) => ({ ...each, url: urls.get(each.endpoint) })) };
    });
  };

const withoutQuery = (url: string): string => {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
};
