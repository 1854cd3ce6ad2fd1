import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SipClient } from 'livekit-server-sdk';
import { onTestFinished } from 'vitest';

/** LiveKit's client, and a LiveKit that answers like this, one after the other, the last again and again. */
export async function sipOf(...answers: [status: number, body: object][]) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const [status, body] = answers[Math.min(seen.push(request.url ?? ''), answers.length) - 1]!;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void (server.closeAllConnections(), server.close()));
  const { port } = server.address() as AddressInfo;
  return { sip: new SipClient(`http://127.0.0.1:${port}`, 'key', 'secret-of-32-characters-or-more-0'), seen };
}
