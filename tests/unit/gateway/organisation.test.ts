import { describe, expect, it } from 'vitest';
import { refuseOpenDoor } from '../../../gateway/auth/loopback.js';
import { isCallId, newCallId } from '../../../gateway/call-id.js';
import { callView, testGateway } from './fakes.js';

describe('without keys', () => {
  it.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1'])('the gateway may listen on %s', (host) => {
    expect(() => refuseOpenDoor(host, false)).not.toThrow();
  });

  it.each(['0.0.0.0', '::', '192.168.1.2', 'calls.example', '127.0.0.1.example'])('and not on %s', (host) => {
    expect(() => refuseOpenDoor(host, false)).toThrow('GATEWAY_HOST');
    expect(() => refuseOpenDoor(host, true)).not.toThrow();
  });

  it("another organisation's call is not found", async () => {
    const { app, calls } = await testGateway();
    calls.views.set('abc', callView({ org: 'acme' }));
    expect((await app.inject('/v1/calls/abc')).statusCode).toBe(404);
    expect((await app.inject('/v1/calls/abc/events')).statusCode).toBe(404);
  });

  it('a name that leads here is not let in: the page that uses it may be anybody', async () => {
    const { app } = await testGateway();
    const to = (host: string, url = '/v1/calls') => app.inject({ url, headers: { host } });
    for (const host of ['evil.example', 'evil.example:8080', '127.0.0.1.evil.example']) {
      expect((await to(host)).statusCode).toBe(403);
    }
    for (const host of ['127.0.0.1:8080', 'localhost:5173', '[::1]:8080']) {
      expect((await to(host)).statusCode).toBe(200);
    }
    expect((await to('gateway:8080', '/healthz')).statusCode).toBe(200);
  });
});

describe('call ids', () => {
  it('differ by organisation and key, and can neither be joined nor cut apart', () => {
    const ids = [newCallId('a', 'bc'), newCallId('ab', 'c'), newCallId('a', 'b'), newCallId('a'), newCallId('a')];
    expect(new Set(ids).size).toBe(ids.length);
    expect(newCallId('a', 'bc')).toBe(ids[0]);
    expect(ids.every(isCallId)).toBe(true);
  });

  it.each(['', 'a b', 'a/b', "a'b", 'x'.repeat(65)])('are never "%s"', (id) => expect(isCallId(id)).toBe(false));
});
