import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { AgentDispatchClient, RoomAgentDispatch, RoomServiceClient } from 'livekit-server-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, type LiveKitProxy, openLiveKitProxy } from '../../scripts/faults/world/livekit-proxy.js';
import { openTcpGate } from '../../scripts/faults/world/tcp-gate.js';
import { until } from '../../scripts/faults/world/until.js';

const SECRET = 'a-secret-that-is-long-enough-for-the-client';

describe("the proxy in front of LiveKit's API", () => {
  let livekit: FastifyInstance;
  let proxy: LiveKitProxy;
  let dispatches: AgentDispatchClient;
  /** Requests that came through. */
  const done: string[] = [];
  let made: unknown;

  beforeAll(async () => {
    livekit = Fastify();
    livekit.post('/twirp/*', async (request) => {
      done.push(request.url.split('/').at(-1)!);
      if (request.url.endsWith('CreateRoom')) made = request.body;
      return { id: 'AD_1', name: 'room-1' };
    });
    const url = await livekit.listen({ host: '127.0.0.1', port: 0 });
    proxy = await openLiveKitProxy(url, new AgentDispatchClient(url, 'key', SECRET));
    dispatches = new AgentDispatchClient(proxy.url, 'key', SECRET, { requestTimeout: 1 });
  });
  afterEach(() => {
    proxy.rule = undefined;
    done.length = 0;
  });
  afterAll(async () => {
    await proxy.close();
    await livekit.close();
  });

  const dispatch = () => dispatches.createDispatch('room-1', 'agent', { metadata: '{}' });
  const under = (fault: Fault) => (proxy.rule = () => fault);

  it('lets everything through, and counts what is asked for each room', async () => {
    const seen: object[] = [];
    proxy.rule = (request) => void seen.push(request);
    await dispatch();
    await new RoomServiceClient(proxy.url, 'key', SECRET).createRoom({ name: 'room-2' });
    await dispatch();
    expect(done).toEqual(['CreateDispatch', 'CreateRoom', 'CreateDispatch']);
    expect(seen).toEqual([
      { method: 'CreateDispatch', room: 'room-1', nth: 1 },
      { method: 'CreateRoom', room: 'room-2', nth: 1 },
      { method: 'CreateDispatch', room: 'room-1', nth: 2 },
    ]);
  });

  it('swallows: success is answered and nothing is done', async () => {
    under({ kind: 'swallow' });
    expect((await dispatch()).id).toMatch(/^AD_lost/);
    expect(done).toEqual([]);
  });

  it.each([503, 429])('refuses with %d', async (status) => {
    under({ kind: 'refuse', status });
    await expect(dispatch()).rejects.toMatchObject({ status });
    expect(done).toEqual([]);
  });

  it('lies: it is done, but an error is answered', async () => {
    under({ kind: 'lie', status: 503 });
    await expect(dispatch()).rejects.toMatchObject({ status: 503 });
    expect(done).toEqual(['CreateDispatch']);
  });

  it('hangs beyond the patience of the client', async () => {
    under({ kind: 'hang', ms: 1_500 });
    await expect(dispatch()).rejects.toThrow();
    expect(done).toEqual([]);
  });

  it('delays, and does later what it has answered', async () => {
    under({ kind: 'delay', ms: 200 });
    const began = performance.now();
    await dispatch();
    expect(performance.now() - began).toBeGreaterThan(190);
    done.length = 0;
    under({ kind: 'late', ms: 200 });
    await dispatch();
    expect(done).toEqual([]);
    await until('the late dispatch', () => done.length > 0);
  });

  it.each([
    ['lost', { kind: 'swallow' } as const, []],
    ['late', { kind: 'late', ms: 200 } as const, ['CreateDispatch']],
  ])('a dispatch that is made with its room can be %s', async (_how, fault, later) => {
    proxy.rule = ({ method }) => (method === 'CreateDispatch' ? fault : undefined);
    const agents = [new RoomAgentDispatch({ agentName: 'agent' })];
    await new RoomServiceClient(proxy.url, 'key', SECRET).createRoom({ name: 'room-3', agents });
    expect(done).toEqual(['CreateRoom']);
    expect(made).toEqual({ name: 'room-3' });
    await until('the late dispatch', () => done.length === 1 + later.length);
    expect(done).toEqual(['CreateRoom', ...later]);
  });
});

describe('the gate in front of a TCP port', () => {
  it('passes on, swallows, cuts off, and opens again', async () => {
    const echo = createServer((socket) => void socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const gate = await openTcpGate((echo.address() as AddressInfo).port);
    const client = () => {
      const socket = connect(Number(gate.address.split(':')[1]), '127.0.0.1').on('error', () => {});
      let heard = '';
      socket.on('data', (data) => (heard += data.toString()));
      const gone = new Promise((resolve) => socket.once('close', resolve)); // `once` would throw a reset
      return { socket, heard: () => heard, gone };
    };

    const first = client();
    first.socket.write('one ');
    await until('the echo', () => first.heard() === 'one ');

    gate.hang();
    first.socket.write('two ');
    const second = client();
    second.socket.write('second ');
    await new Promise((resolve) => setTimeout(resolve, 200)); // nothing is to happen
    expect([first.heard(), second.heard()]).toEqual(['one ', '']);
    gate.open();
    await until('what was held', () => first.heard() === 'one two ' && second.heard() === 'second ');

    gate.cut();
    await Promise.all([first.gone, second.gone]);
    await client().gone;
    gate.open();
    const third = client();
    third.socket.write('three');
    await until('the echo', () => third.heard() === 'three');

    gate.close();
    await third.gone;
    echo.close();
  });
});
