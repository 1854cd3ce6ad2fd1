import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { OwnJob } from '../../../contract/own-agent.js';
import { Gateway, NotTold, NotWanted } from '../../../sdk/typescript/gateway.js';

let server: Server;
afterEach(() => void (server.close(), server.closeAllConnections()));

/** A gateway that answers so, one request after the other. */
async function gateway(...answers: RequestListener[]): Promise<Gateway> {
  server = createServer((request, response) => void answers.shift()!(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new Gateway({ url, token: 't-1' } as OwnJob);
}

it('a message whose answer breaks off is sent again', async () => {
  const line = await gateway(
    (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"token":');
      setImmediate(() => response.destroy());
    },
    (_, response) => response.end('{"token": "t-2", "go": true}'),
    ({ headers }, response) => response.end(JSON.stringify({ seen: headers.authorization })),
  );
  expect(await line.send('failed', {})).toEqual({ status: 200, answer: { token: 't-2', go: true } });
  expect((await line.send('failed', {})).answer).toEqual({ seen: 'Bearer t-2' });
});

it('a refusal is final, and says why', async () => {
  const refuse =
    (status: number): RequestListener =>
    (_, response) =>
      response.writeHead(status).end('{"detail": "attempt 2 has begun"}');
  const line = await gateway(refuse(409), refuse(422));
  await expect(line.send('ready', {})).rejects.toThrow(new NotWanted('attempt 2 has begun'));
  await expect(line.send('ready', {})).rejects.toThrow('ready was answered 422: attempt 2 has begun');
});

it("an answer that is no JSON is a proxy's: the message is sent again", async () => {
  const line = await gateway(
    (_, response) => response.writeHead(404).end('<html>no such page</html>'),
    (_, response) => response.end('<html>be right back</html>'),
    (_, response) => response.end('{"go": "on"}'),
  );
  expect((await line.send('alive', {})).answer).toEqual({ go: 'on' });
});

it('a request that hangs is given up by when the message has to be told', async () => {
  const line = await gateway(() => undefined);
  const began = performance.now();
  await expect(line.send('failed', {}, { patienceMs: 300 })).rejects.toThrow(NotTold);
  expect(performance.now() - began).toBeLessThan(5_000);
});
