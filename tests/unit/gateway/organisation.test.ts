import { describe, expect, it } from 'vitest';
import { isCallId, newCallId } from '../../../gateway/call-id.js';
import { refuseOpenDoor } from '../../../gateway/organisation.js';
import { callView, testGateway } from './fakes.js';

describe('without keys', () => {
  it.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1'])('the gateway may listen on %s', (host) => {
    expect(() => refuseOpenDoor(host)).not.toThrow();
  });

  it.each(['0.0.0.0', '::', '192.168.1.2', 'calls.example', '127.0.0.1.example'])('and not on %s', (host) => {
    expect(() => refuseOpenDoor(host)).toThrow('GATEWAY_HOST');
  });

  it("another organisation's call is not found", async () => {
    const { app, calls } = await testGateway();
    calls.views.set('abc', callView({ org: 'acme' }));
    expect((await app.inject('/v1/calls/abc')).statusCode).toBe(404);
    expect((await app.inject('/v1/calls/abc/events')).statusCode).toBe(404);
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
