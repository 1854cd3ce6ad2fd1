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

/**
 * Answers with server-sent events until `end`, or until the client is gone: then `onClose` runs, once. Undefined: it has
 * left already, and nothing has begun.
 */
export function openEventStream(reply: FastifyReply, onClose: () => void): EventStream | undefined {
  const { raw } = reply.hijack();
  if (raw.destroyed) return undefined; // 'close' came before anybody listened
  raw.on('error', () => undefined); // what is written to a client that is gone
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
    end() {
      clearInterval(heartbeat); // bytes that the client does not take keep the response open for long
      raw.end();
    },
  };
}
