import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { loadEnv } from '../../../platform/env.js';
import { callView, testGateway } from './fakes.js';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** Something that answers /readyz. @returns its address */
async function answering(status: number, body: string): Promise<string> {
  const server = createServer((request, response) =>
    request.url === '/readyz' ? response.writeHead(status).end(body) : response.writeHead(404).end(),
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const host = (hostId: string, active: number, problems: string[] = []) =>
  JSON.stringify({
    ...{ ok: problems.length === 0, problems, hostId, registered: true, temporal: 'RUNNING', draining: false, warm: 2 },
    capacity: { max: 10, active, free: 10 - active },
  });

async function agents(...urls: string[]) {
  const { app } = await testGateway({ env: loadEnv({ AGENT_HEALTH_URLS: urls.join(' , ') }) });
  return (await app.inject('/v1/agents')).json();
}

describe('GET /v1/agents', () => {
  it('adds up what the hosts can take; a host that takes no calls has no free place', async () => {
    const [one, two] = [await answering(200, host('a', 3)), await answering(503, host('b', 1, ['draining']))];
    const { hosts, capacity } = await agents(one, two);
    expect(capacity).toEqual({ max: 20, active: 4, free: 7 });
    expect(hosts).toMatchObject([
      { hostId: 'a', ready: true, problems: [], warm: 2, capacity: { max: 10, active: 3, free: 7 } },
      { hostId: 'b', ready: false, problems: ['draining'] },
    ]);
  });

  it('says which host does not answer, and which is none', async () => {
    const gone = await answering(200, '');
    servers.pop()!.close();
    const other = await answering(200, '<html>');
    const { hosts, capacity } = await agents(gone, other);
    expect(capacity).toEqual({ max: 0, active: 0, free: 0 });
    expect(hosts[0]).toMatchObject({ url: gone, ready: false, problems: [expect.stringContaining('ECONNREFUSED')] });
    expect(hosts[1]).toMatchObject({ ready: false, problems: [expect.stringContaining('AGENT_HEALTH_URLS')] });
  });

  it('counts a host once, however many of its addresses are known', async () => {
    const one = await answering(200, host('a', 0));
    const { hosts } = await agents(one, one.replace('127.0.0.1', 'localhost'));
    expect(hosts).toHaveLength(1);
  });
});

describe('AGENT_HEALTH_URLS', () => {
  it('is this machine by default, and must be URLs', () => {
    expect(loadEnv({ AGENT_HEALTH_PORT: '9' }).gateway.agentHealthUrls).toEqual(['http://127.0.0.1:9']);
    expect(() => loadEnv({ AGENT_HEALTH_URLS: 'agent:8082' })).toThrow(/AGENT_HEALTH_URLS: must be http/);
  });
});

it('a call leads to its events and to Temporal', async () => {
  const { app, calls } = await testGateway();
  calls.views.set('abc', callView());
  expect((await app.inject('/v1/calls/abc')).headers.link).toBe(
    '</v1/calls/abc/events>; rel="events", <http://127.0.0.1:8233/namespaces/default/workflows/call%2Fabc>; rel="temporal"',
  );
});
