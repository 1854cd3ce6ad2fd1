import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { newKey, type ApiKey } from '../../../gateway/auth/key.js';
import { openEventStream } from '../../../gateway/sse.js';
import { type CallEvent, eventsAfter, viewEvents } from '../../../gateway/view-events.js';
import { callView, testGateway, type FakeCalls } from './fakes.js';

const ended = {
  reason: 'completed',
  by: 'agent',
  fault: 'none',
  stage: 'flow',
  retryable: false,
  detail: 'Done.',
} as const;
const said = { at: 1_250, node: 'greet', who: 'agent', text: 'Hello' } as const;
const over = callView({
  status: 'ended',
  stage: 'ended',
  timeline: [
    { stage: 'admitted', at: 1_000, ms: 0 },
    { stage: 'flow', at: 1_000, ms: 500 },
    { stage: 'ended', at: 1_500, ms: 0 },
  ],
  said: [said],
  ended,
});

/** The events of a stream's text. */
const read = (body: string) =>
  [...body.matchAll(/^id: (.+)\nevent: (.+)\ndata: (.+)$/gm)].map(([, id, name, data]) => ({
    id,
    name,
    data: JSON.parse(data!) as Record<string, unknown>,
  }));

/** Longer than a watched call waits between two readings. Milliseconds. */
const QUIET_MS = 700;

/** The next reading answers when `answer` is called. */
function holdReading(calls: FakeCalls) {
  const { view } = calls;
  let answer = (): void => undefined;
  const held = new Promise<void>((resolve) => (answer = resolve));
  const spy = vi.spyOn(calls, 'view').mockImplementationOnce(async (...which) => {
    const seen = await view.apply(calls, which);
    await held;
    return seen;
  });
  return { answer, begun: () => vi.waitFor(() => expect(spy).toHaveBeenCalled(), 20_000) };
}

const noMoreReading = (calls: FakeCalls) =>
  vi.waitFor(async () => {
    const before = calls.viewsAsked;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    expect(calls.viewsAsked).toBe(before);
  }, 20_000);

describe('events of a view', () => {
  it('are in order, each stage as it begins and as it is over, the end last', () => {
    expect(viewEvents(over).map(({ name, data }) => [name, data])).toEqual([
      ['stage', { stage: 'admitted', at: 1_000 }],
      ['stage', { stage: 'admitted', at: 1_000, ms: 0 }],
      ['stage', { stage: 'flow', at: 1_000 }],
      ['said', said],
      ['stage', { stage: 'flow', at: 1_000, ms: 500 }],
      ['stage', { stage: 'ended', at: 1_500 }],
      ['stage', { stage: 'ended', at: 1_500, ms: 0 }],
      ['ended', { callId: 'abc', ...ended }],
    ]);
  });

  it('keep their ids when more happens, and when old utterances are dropped', () => {
    const ids = viewEvents(over).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const before = callView({ timeline: over.timeline.slice(0, 2), said: [{ ...said, at: 1_100 }, said] });
    const later = viewEvents({ ...before, said: [said] }).map(({ id }) => id);
    expect(viewEvents(before).map(({ id }) => id)).toEqual(expect.arrayContaining(later));
  });

  it('after an id are those that a client still misses', () => {
    const events = viewEvents(over);
    expect(eventsAfter(events, undefined)).toEqual(events);
    expect(eventsAfter(events, events[3]!.id)).toEqual(events.slice(4));
    expect(eventsAfter(events, 'not ours')).toEqual(events);
  });
});

describe('GET /v1/calls/:id/events', () => {
  it('streams what happens until the call has ended, read once for all who watch', async () => {
    const { app, calls } = await testGateway();
    calls.views.set('abc', callView());
    const watchers = [1, 2, 3].map(() => app.inject('/v1/calls/abc/events'));
    await vi.waitFor(() => expect(calls.viewsAsked).toBeGreaterThanOrEqual(4), 20_000);
    calls.views.set('abc', over);
    const answers = await Promise.all(watchers);
    for (const answer of answers) {
      expect(answer.headers['content-type']).toBe('text/event-stream');
      const events = read(answer.body);
      expect(events.slice(0, 3).map(({ data }) => data.stage)).toEqual(['admitted', 'admitted', 'room']);
      expect(events.at(-1)).toMatchObject({ name: 'ended', data: { reason: 'completed' } });
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    }
    await noMoreReading(calls);
  });

  it('goes on after Last-Event-ID, and says when there is nothing more', async () => {
    const { app, calls } = await testGateway();
    calls.views.set('abc', over);
    const all = read((await app.inject('/v1/calls/abc/events')).body);
    const from = (id: string) => app.inject({ url: '/v1/calls/abc/events', headers: { 'last-event-id': id } });
    expect(read((await from(all[4]!.id!)).body)).toEqual(all.slice(5));
    expect((await from(all.at(-1)!.id!)).statusCode).toBe(204);
  });

  it.each([
    ['was revoked', () => undefined],
    ['has lost its scope', (key: ApiKey) => ({ ...key, scopes: ['call' as const] })],
    ['is of another organisation now', (key: ApiKey) => ({ ...key, org: 'other' })],
  ])('goes on no longer when its key %s', async (_name, change) => {
    const { token, key } = newKey('acme', ['read']);
    let now: ApiKey | undefined = key;
    const find = (sent: string) => (sent === token ? now : undefined);
    const { app, calls } = await testGateway({ keys: { find, maxCalls: () => undefined, close: () => undefined } });
    const view = callView({ org: 'acme' });
    calls.views.set('abc', view);
    const request = { url: '/v1/calls/abc/events', headers: { authorization: `Bearer ${token}` } };
    const stream = app.inject(request);
    await vi.waitFor(() => expect(calls.viewsAsked).toBeGreaterThanOrEqual(3), 20_000);
    now = change(key);
    calls.views.set('abc', { ...view, said: [said] });
    expect(read((await stream).body)).toHaveLength(3);
    await noMoreReading(calls);
  });

  it('lives through moments in which the call cannot be read', async () => {
    const { app, calls } = await testGateway();
    calls.views.set('abc', callView());
    const watcher = app.inject('/v1/calls/abc/events');
    await vi.waitFor(() => expect(calls.viewsAsked).toBeGreaterThanOrEqual(2), 20_000);
    calls.down = true;
    const asked = calls.viewsAsked;
    await vi.waitFor(() => expect(calls.viewsAsked).toBeGreaterThan(asked), 20_000);
    calls.down = false;
    calls.views.set('abc', over);
    expect(read((await watcher).body).at(-1)?.name).toBe('ended');
  });

  it('stops reading when nobody watches, and lets the gateway stop', async () => {
    const { app, calls } = await testGateway();
    calls.views.set('abc', callView());
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const gone = new AbortController();
    const first = await fetch(`${url}/v1/calls/abc/events`, { signal: gone.signal });
    expect(first.status).toBe(200);
    await vi.waitFor(() => expect(calls.viewsAsked).toBeGreaterThanOrEqual(3), 20_000);
    gone.abort();
    await noMoreReading(calls);

    const second = await fetch(`${url}/v1/calls/abc/events`);
    await app.close();
    expect(read(await second.text())).toHaveLength(3);
  });

  it('begins nothing for a client that left while the call was read', async () => {
    const { app, calls } = await testGateway();
    calls.views.set('abc', callView());
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const { answer, begun } = holdReading(calls);
    const gone = new AbortController();
    const request = fetch(`${url}/v1/calls/abc/events`, { signal: gone.signal }).catch(() => 'gone');
    await begun();
    gone.abort();
    expect(await request).toBe('gone');
    const connections = () => new Promise((resolve) => app.server.getConnections((_, count) => resolve(count)));
    await vi.waitFor(async () => expect(await connections()).toBe(0), 20_000);
    answer();
    await noMoreReading(calls);
    expect(calls.viewsAsked).toBe(1);
  });

  it('ends at once when the gateway has begun to stop', async () => {
    const { app, calls } = await testGateway();
    calls.views.set('abc', callView());
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const { answer, begun } = holdReading(calls);
    const stream = fetch(`${url}/v1/calls/abc/events`);
    await begun();
    const closed = app.close();
    await vi.waitFor(() => expect(app.server.listening).toBe(false), 20_000);
    answer();
    expect(read(await (await stream).text())).toHaveLength(3);
    await closed;
  });
});

describe('an event stream that has ended', () => {
  it('says nothing more to a client that does not take its bytes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const raw = new ServerResponse(new IncomingMessage(new Socket()));
    const reply = { hijack: () => ({ raw }), getHeaders: () => ({}) } as unknown as FastifyReply;
    const stream = openEventStream(reply, () => undefined)!;
    stream.end();
    const write = vi.spyOn(raw, 'write');
    vi.advanceTimersByTime(60_000);
    expect(write).not.toHaveBeenCalled();
    stream.send({ id: '1', name: 'said', data: {} } as unknown as CallEvent); // and what still comes is no error of the process
    await new Promise((resolve) => setImmediate(resolve));
  });
});
