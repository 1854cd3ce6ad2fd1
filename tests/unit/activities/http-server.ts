import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A real server that answers each request as the test says. */
export class TestServer {
  readonly requests: { url: string; headers: IncomingMessage['headers']; body: string }[] = [];
  answer: Answer = (_, response) => void response.end();
  private readonly server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    this.requests.push({ url: request.url!, headers: request.headers, body });
    this.answer(request, response);
  });

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The answer to everything from now on. */
  gives(status: number, body = '', headers: Record<string, string> = { 'content-type': 'application/json' }): void {
    this.answer = (_, response) => void response.writeHead(status, headers).end(body);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
