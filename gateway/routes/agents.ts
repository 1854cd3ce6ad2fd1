import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { hostHealth, lookAtHosts } from '../agent-hosts.js';
import type { GatewayDeps } from '../app.js';

const DESCRIPTION = 'The hosts that AGENT_HEALTH_URLS names, asked now. Agents of others are not among them.';

export const agentRoutes =
  ({ env }: GatewayDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const schema = {
      summary: 'Agent hosts and what they can take',
      description: DESCRIPTION,
      tags: ['health'],
      response: {
        200: z.object({
          hosts: z.array(hostHealth),
          capacity: z
            .object({ max: z.number(), active: z.number(), free: z.number() })
            .describe('Calls, over all hosts that answer; free: of those that take calls'),
        }),
      },
    };
    app.get('/v1/agents', { schema, config: { access: 'admin' } }, async () => {
      const hosts = await lookAtHosts(env.gateway.agentHealthUrls);
      const sum = (of: typeof hosts, what: 'max' | 'active' | 'free') =>
        of.reduce((total, { capacity }) => total + (capacity?.[what] ?? 0), 0);
      const ready = hosts.filter((host) => host.ready);
      return { hosts, capacity: { max: sum(hosts, 'max'), active: sum(hosts, 'active'), free: sum(ready, 'free') } };
    });
  };
