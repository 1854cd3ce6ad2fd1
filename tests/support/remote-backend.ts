import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RemoteFlow, RemoteMessage } from '../../contract/index.js';

/** How one request is answered. */
export type Reply = (response: ServerResponse) => Promise<void> | void;

export interface Asked {
  message: RemoteMessage;
  headers: IncomingHttpHeaders;
  key: string;
}

export const answers =
  (body: object | string, status = 200, headers = {}): Reply =>
  (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
export const started = (more: object = {}): Reply =>
  answers({ session: 's-1', has_greeting: true, greeting: 'Hello from the backend.', streaming: false, ...more });
/** The connection is cut. */
export const resets: Reply = (response) => void response.destroy();
export const never: Reply = () => undefined;

/** One event of a stream; `wait` for something before it is sent. */
export interface Sent {
  event: 'say' | 'done';
  data: object;
  wait?: Promise<unknown>;
}
export const say = (text: string, wait?: Promise<unknown>): Sent => ({ event: 'say', data: { text }, wait });
export const done = (data: object, wait?: Promise<unknown>): Sent => ({ event: 'done', data, wait });

/** Server-sent events. `cut`: the stream breaks off behind them. */
export const streams =
  (events: Sent[], { cut = false } = {}): Reply =>
  async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const { event, data, wait } of events) {
      await wait;
      response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    }
    if (cut) response.destroy();
    else response.end();
  };

/** Someone's own backend of a remote flow: a real HTTP server that answers as it is told, one reply after the other. */
export class RemoteBackend {
  readonly asked: Asked[] = [];
  private replies: Reply[] = [];
  private readonly server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const part of request) text += part;
      const message = JSON.parse(text) as RemoteMessage;
      const key = String(request.headers['idempotency-key']);
      this.asked.push({ message, headers: request.headers, key });
      const isEnd = message.type === 'end';
      await (isEnd ? this.onEnd : (this.replies.shift() ?? answers({ detail: 'nothing more' }, 410)))(response);
    })();
  });
  onEnd: Reply = (response) => void response.writeHead(204).end();

  async start(port = 0): Promise<this> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The next replies, one a request. */
  gives(...replies: Reply[]): this {
    this.replies = replies;
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/flow`;
  }

  flow(more: Partial<RemoteFlow> = {}): RemoteFlow {
    return { schema: 'callflow/remote-v1', id: 'remote', url: this.url, resume: 'I am back.', ...more };
  }

  of<T extends RemoteMessage['type']>(type: T): Extract<RemoteMessage, { type: T }>[] {
    return this.asked.map(({ message }) => message).filter((each) => each.type === type) as never;
  }

  keysOf = (type: RemoteMessage['type']): string[] =>
    this.asked.filter(({ message }) => message.type === type).map(({ key }) => key);
}
