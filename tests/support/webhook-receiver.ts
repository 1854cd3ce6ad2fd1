import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of the tests, 32 bytes.').toString('base64')}`;

export interface Received {
  id: string;
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
  /** What it was answered; 0: nothing. */
  status: number;
}

export interface Receiver {
  host: string;
  url: string;
  /** Every request whose signature holds, in order. */
  received: Received[];
  /** Those that were taken. */
  taken(): Received[];
  /** Requests whose signature does not hold. */
  forged: number;
  /** Status of the next answers; 0 never answers. Default: 204. */
  answer: (received: Omit<Received, 'status'>) => number;
  stop(): Promise<void>;
}

/** Someone's own server that takes our webhooks, and checks them with the library for it. */
export async function startReceiver(secret = WEBHOOK_SECRET): Promise<Receiver> {
  const webhook = new Webhook(secret);
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    const headers = request.headers as Record<string, string>;
    try {
      const body = webhook.verify(text, headers) as Omit<Received, 'id' | 'status'>;
      const event = { id: headers['webhook-id']!, ...body };
      const status = receiver.answer(event);
      receiver.received.push({ ...event, status });
      if (status) response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end('{}');
    } catch {
      receiver.forged += 1;
      response.writeHead(401).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const receiver: Receiver = {
    host,
    url: `http://${host}/hooks?token=of-theirs`,
    received: [],
    taken: () => receiver.received.filter(({ status }) => status >= 200 && status < 300),
    forged: 0,
    answer: () => 204,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
