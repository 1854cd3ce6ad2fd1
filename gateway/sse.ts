import type { FastifyReply } from 'fastify';
import type { CallEvent } from './view-events.js';

/** Proxies close connections on which nothing is said. Milliseconds. */
const HEARTBEAT_MS = 15_000;
/** What a browser waits before it connects again. Milliseconds. */
const RETRY_MS = 1_000;

export interface EventStream {
  send(event: CallEvent): void;
  end(): void;
}

/** Answers with server-sent events until `end`, or until the client is gone: then `onClose` runs, once. */
export function openEventStream(reply: FastifyReply, onClose: () => void): EventStream {
  const { raw } = reply.hijack();
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
  raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...headers });
  raw.write(`retry: ${RETRY_MS}\n\n`);
  const heartbeat = setInterval(() => raw.write(':\n\n'), HEARTBEAT_MS);
  raw.once('close', () => {
    clearInterval(heartbeat);
    onClose();
  });
  return {
    send: ({ id, name, data }) => raw.write(`id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`),
    end: () => raw.end(),
  };
}
