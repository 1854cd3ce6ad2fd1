import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CallView } from '../../contract/index.js';
import type { GatewayDeps } from '../app.js';
import { mayGoOn } from '../auth/hook.js';
import { refusals } from '../schemas/problem.js';
import { callParams } from '../schemas/requests.js';
import { openEventStream, type EventStream } from '../sse.js';
import { eventsAfter } from '../view-events.js';
import { Watches } from '../watch.js';

const DESCRIPTION = `Server-sent events. \`stage\`: a stage began \`{stage, at}\`, and again when it is over \`{stage, at, ms}\`.
\`said\`: an utterance. \`event\`: what the flow emits. \`ended\`: how the call ended, always the last event. A client that reconnects with
\`Last-Event-ID\` misses nothing and gets nothing twice; 204 means that there is nothing more to come.`;

export const eventRoutes =
  ({ calls, keys, logger }: GatewayDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const watches = new Watches((org, callId) => calls.view(org, callId), logger);
    const open = new Set<EventStream>();
    let closing = false;
    // Streams outlive requests: without this the gateway could not stop. The browsers connect again.
    app.addHook('preClose', async () => {
      closing = true;
      open.forEach((stream) => stream.end());
    });

    const schema = {
      summary: 'A call as it happens',
      description: DESCRIPTION,
      tags: ['calls'],
      params: callParams,
      headers: z.object({ 'last-event-id': z.string().max(100).optional() }),
      response: {
        200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
        204: z.undefined().describe('Nothing more to come'),
        ...refusals(404, 503),
      },
    };
    app.get('/v1/calls/:callId/events', { schema, config: { access: 'read' } }, async (request, reply) => {
      const { org, params } = request;
      let lastId = request.headers['last-event-id'];
      const first = await calls.view(org, params.callId);
      if (first.status === 'ended' && eventsAfter(first, lastId).length === 0) return reply.code(204).send(undefined);

      if (closing) void reply.header('connection', 'close'); // an idle connection would hold up the end, too
      let stop = (): void => undefined;
      const stream = openEventStream(reply, () => {
        stop();
        if (stream) open.delete(stream);
      });
      if (!stream) return;
      open.add(stream);
      const tell = (view: CallView) => {
        for (const event of eventsAfter(view, lastId)) {
          stream.send(event);
          lastId = event.id;
        }
        if (view.status === 'ended') stream.end();
      };
      tell(first);
      if (first.status === 'ended') return;
      if (closing) return stream.end();
      stop = watches.watch(org, params.callId, (view) => {
        if (!mayGoOn(request, keys)) return stream.end(); // the client that connects again is told why
        try {
          tell(view);
        } catch (error) {
          stream.end(); // the client connects again, after what it has
          throw error;
        }
      });
    });
  };
