import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { validateAnyFlow } from '../../callflow/validate.js';
import type { GatewayDeps } from '../app.js';
import { Problem } from '../problems.js';
import { refusals } from '../schemas/problem.js';
import { flowParams } from '../schemas/requests.js';

const flowSummary = z.object({
  id: z.string(),
  hash: z.string().describe('Content hash, hexadecimal'),
  vars: z.record(z.string(), z.unknown()).describe('What the flow declares'),
});

export const flowRoutes =
  ({ env, flows }: GatewayDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const list = { summary: 'Flows', tags: ['flows'], response: { 200: z.object({ flows: z.array(flowSummary) }) } };
    app.get('/v1/flows', { schema: list, config: { access: 'read' } }, () => ({
      flows: [...flows.values()].map(({ flow, hash }) => ({ id: flow.id, hash, vars: flow.vars ?? {} })),
    }));

    const one = {
      summary: 'One flow',
      tags: ['flows'],
      params: flowParams,
      response: { 200: z.object({ id: z.string(), hash: z.string(), flow: z.unknown() }), ...refusals(404) },
    };
    app.get('/v1/flows/:flowId', { schema: one, config: { access: 'read' } }, ({ params }) => {
      const loaded = flows.get(params.flowId);
      if (!loaded) throw new Problem('flow-not-found', `There is no flow "${params.flowId.slice(0, 64)}".`);
      return { id: loaded.flow.id, hash: loaded.hash, flow: loaded.flow };
    });

    const validate = {
      summary: 'Check a flow',
      description: 'Everything that is wrong with it, at once. Nothing is kept.',
      tags: ['flows'],
      body: z.unknown(),
      response: {
        200: z.object({
          valid: z.boolean(),
          errors: z.array(z.object({ pointer: z.string(), message: z.string() })),
        }),
        ...refusals(400),
      },
    };
    app.post('/v1/flows/validate', { schema: validate, config: { access: 'read' } }, ({ body }) => {
      const result = validateAnyFlow(body, env.http);
      return result.ok ? { valid: true, errors: [] } : { valid: false, errors: result.errors };
    });
  };
