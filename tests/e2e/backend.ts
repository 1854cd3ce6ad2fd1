import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Asked {
  method: string;
  body: unknown;
  authorization: string | undefined;
  key: string | string[] | undefined;
}

export interface Backend {
  /** "127.0.0.1:port" */
  host: string;
  /** The requests for one path, in order. */
  asked(path: string): Asked[];
  stop(): Promise<void>;
}

const BOOKED = [200, { booking: { reference: 'B-17' } }] as const;

/** Someone's own server, with an answer for each way a request can go. */
export async function startBackend(): Promise<Backend> {
  const requests: (Asked & { path: string })[] = [];
  const asked = (path: string) => requests.filter((each) => each.path === path).map(({ path: _, ...rest }) => rest);

  const server = createServer(async (request, response) => {
    const path = request.url!.slice(1);
    let text = '';
    for await (const part of request) text += part;
    const { authorization, 'idempotency-key': key } = request.headers;
    requests.push({ path, method: request.method!, body: JSON.parse(text), authorization, key });
    const send = (status: number, body: object = {}, headers = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    if (path === 'book') send(...BOOKED);
    else if (path === 'missing') send(404);
    else if (path === 'refuse') send(422);
    else if (path === 'broken') send(503);
    else if (path === 'redirect') send(302, {}, { location: 'http://127.0.0.1:1/' });
    else if (path === 'busy' && asked(path).length === 1) send(429, {}, { 'retry-after': '2' });
    else if (path === 'busy') send(...BOOKED);
    // "never": no answer
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
