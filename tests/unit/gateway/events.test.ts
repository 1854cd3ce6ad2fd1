import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CallView } from '../../../contract/index.js';
import { newKey, type ApiKey } from '../../../gateway/auth/key.js';
import { openEventStream } from '../../../gateway/sse.js';
import { type CallEvent, eventsAfter } from '../../../gateway/view-events.js';
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
    expect(eventsAfter(over, undefined).map(({ name, data }) => [name, data])).toEqual([
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

  /** A client that sees these views in turn: what it gets from each. */
  const follow = (...views: CallView[]) => {
    let lastId: string | undefined;
    return views.map((view) => {
      const events = eventsAfter(view, lastId);
      lastId = events.at(-1)?.id ?? lastId;
      return events.map(({ data }) => data);
    });
  };
  const emits = (...ns: number[]) => ns.map((n) => ({ n, at: 1_300, node: 'tell', event: 'x', data: n }));

  it('after an id are those that a client still misses', () => {
    const view = { ...over, said: [{ ...said, at: 1_100 }, said], emitted: emits(0, 1) };
    const events = eventsAfter(view, undefined);
    expect(events).toHaveLength(11);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    events.forEach(({ id }, index) => expect(eventsAfter(view, id)).toEqual(events.slice(index + 1)));
    expect(eventsAfter(view, 'not ours')).toEqual(events);
    expect(eventsAfter(view, '1250-u0')).toEqual(events);
  });

  it('are those that came since, also when old ones were dropped', () => {
    const older = { ...said, at: 1_100 };
    const [first, ...later] = follow(
      callView({ said: [older], emitted: emits(0) }),
      callView({ said: [older, said], emitted: emits(0, 1) }),
      callView({ said: [said], emitted: emits(1, 2) }),
      callView({ said: [{ ...said, at: 1_400 }], emitted: emits(5) }),
    );
    expect(first).toHaveLength(5);
    expect(later).toEqual([[said, ...emits(1)], emits(2), [...emits(5), { ...said, at: 1_400 }]]);
  });

  it('that come late, by a clock that is behind, are not missed', () => {
    const late = { ...said, at: 900 };
    const [, came] = follow(callView({ said: [said] }), callView({ said: [said, late] }));
    expect(came).toEqual([late]);
    const view = callView({ said: [said, late] });
    const all = eventsAfter(view, undefined);
    all.forEach(({ id }, index) => expect(eventsAfter(view, id)).toHaveLength(all.length - index - 1));
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

  it('gives nothing twice to a client that comes back while no worker answers', async () => {
    const { app, calls } = await testGateway();
    const known = { ...over, ended: null, status: 'active' as const, stage: 'flow' as const };
    const [lastId] = eventsAfter(known, undefined)
      .slice(-1)
      .map(({ id }) => id);
    calls.views.set('abc', callView({ timeline: [], said: [], partial: true }));
    const stream = app.inject({ url: '/v1/calls/abc/events', headers: { 'last-event-id': lastId! } });
    await vi.waitFor(() => expect(calls.viewsAsked).toBeGreaterThanOrEqual(2), 20_000);
    calls.views.set('abc', known);
    const asked = calls.viewsAsked;
    await vi.waitFor(() => expect(calls.viewsAsked).toBeGreaterThan(asked + 1), 20_000);
    calls.views.set('abc', over);
    expect(read((await stream).body).map(({ name }) => name)).toEqual(['ended']);
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
