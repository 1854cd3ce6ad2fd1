import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AgentDispatchClient } from 'livekit-server-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveKitProxy } from '../../../bench/measure/proxy.js';

/** Dispatches that came through, as `room`. */
const arrived: string[] = [];
const liveKit = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    arrived.push((JSON.parse(body) as { room: string }).room);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"AD_real"}');
  });
});
let proxy: LiveKitProxy;
let dispatches: AgentDispatchClient;

beforeAll(async () => {
  await new Promise<void>((resolve) => liveKit.listen(0, '127.0.0.1', resolve));
  proxy = new LiveKitProxy(`http://127.0.0.1:${(liveKit.address() as AddressInfo).port}`);
  dispatches = new AgentDispatchClient(await proxy.listen(), 'devkey', 'secret'.repeat(8));
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

  it('delays each request', async () => {
    proxy.begin({ latencyMs: 150, lost: () => false });
    const began = performance.now();
    await dispatch('c');
    expect(performance.now() - began).toBeGreaterThanOrEqual(149);
  });
});
