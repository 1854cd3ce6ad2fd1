import { setMaxListeners } from 'node:events';
import type { FastifyInstance } from 'fastify';

/** Aborted when the gateway is told to stop. From then on a connection ends with its answer: an idle one delays the stop. */
export function stopSignal(app: FastifyInstance): AbortSignal {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // one for each request that waits
  app.addHook('preClose', async () => stopping.abort());
  app.addHook('onSend', async (_request, reply) => {
    if (stopping.signal.aborted) void reply.header('connection', 'close');
  });
  return stopping.signal;
}
