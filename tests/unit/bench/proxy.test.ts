import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AgentDispatchClient, RoomAgentDispatch, RoomServiceClient } from 'livekit-server-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveKitProxy } from '../../../bench/measure/proxy.js';

/** What came through: dispatches as `room`, rooms as `name with <dispatches>`. */
const arrived: string[] = [];
const liveKit = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const { room, name, agents } = JSON.parse(body) as { room?: string; name?: string; agents?: object[] };
    arrived.push(room ?? `${name} with ${agents?.length ?? 0}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"AD_real"}');
  });
});
let proxy: LiveKitProxy;
let dispatches: AgentDispatchClient;
let rooms: RoomServiceClient;

beforeAll(async () => {
  await new Promise<void>((resolve) => liveKit.listen(0, '127.0.0.1', resolve));
  proxy = new LiveKitProxy(`http://127.0.0.1:${(liveKit.address() as AddressInfo).port}`);
  const api = [await proxy.listen(), 'devkey', 'secret'.repeat(8)] as const;
  dispatches = new AgentDispatchClient(...api);
  rooms = new RoomServiceClient(...api);
});
afterAll(() => {
  proxy.close();
  liveKit.close();
});

const dispatch = async (room: string) => (await dispatches.createDispatch(room, 'agent', { metadata: '{}' })).id;

describe('the proxy in front of the LiveKit API', () => {
  it('answers a lost dispatch with success, and passes the next one of the same room on', async () => {
    proxy.begin({ latencyMs: 0, lost: (call, attempt) => call === 1 && attempt === 0 });
    expect(await dispatch('a')).toBe('AD_real');
    expect(await dispatch('b')).toBe('AD_lost');
    expect(await dispatch('b')).toBe('AD_real');
    expect(arrived).toEqual(['a', 'b']);
  });

  it('loses a dispatch that is made with its room, and makes the room', async () => {
    proxy.begin({ latencyMs: 0, lost: (call, attempt) => call === 0 && attempt === 0 });
    arrived.length = 0;
    const agents = [new RoomAgentDispatch({ agentName: 'agent' })];
    for (const name of ['a', 'b']) await rooms.createRoom({ name, agents });
    await dispatch('a');
    expect(arrived).toEqual(['a with 0', 'b with 1', 'a']);
  });

  it('delays each request', async () => {
    proxy.begin({ latencyMs: 150, lost: () => false });
    const began = performance.now();
    await dispatch('c');
    expect(performance.now() - began).toBeGreaterThanOrEqual(149);
  });
});
