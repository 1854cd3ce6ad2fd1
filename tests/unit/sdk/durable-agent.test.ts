import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { JobContext } from '@livekit/agents';
import { afterEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../contract/flow.js';
import { durableAgent, type DurableCall } from '../../../sdk/typescript/durable-agent.js';

const ALIVE_EVERY_MS = 50;

type Body = Record<string, unknown>;
type Answer = { status?: number; body?: object } | 'silence';
type Reply = (message: string, body: Body) => Answer | undefined;

let server: Server;
afterEach(() => void (server.close(), server.closeAllConnections()));

/** A job of the entry, and what its gateway was told. The gateway agrees to all that `reply` does not answer. */
async function job(entry: (call: DurableCall) => Promise<void>, reply: Reply = () => undefined) {
  const told: [string, Body][] = [];
  server = createServer((request, response) => {
    void text(request).then((sent) => {
      const message = request.url!.split('/').at(-1)!;
      const body = JSON.parse(sent) as Body;
      told.push([message, body]);
      const usual = message === 'ready' ? { variables: {}, aliveEveryMs: ALIVE_EVERY_MS } : { go: 'on' };
      const answer = reply(message, body) ?? {};
      if (answer !== 'silence') response.writeHead(answer.status ?? 200).end(JSON.stringify(answer.body ?? usual));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ended: string[] = [];
  const callbacks: (() => Promise<void>)[] = [];
  const ctx = {
    job: { id: 'AJ_1', metadata: JSON.stringify({ callId: 'c1', attempt: 1, url, token: 't' }) },
    info: { acceptArguments: { identity: 'agent-1' } },
    room: { disconnect: async () => void ended.push('left the room') },
    addShutdownCallback: (callback: () => Promise<void>) => callbacks.push(callback),
    shutdown: (why: string) => ended.push(why),
  };
  const entered = durableAgent((_, call) => entry(call))(ctx as unknown as JobContext);
  entered.catch(() => undefined);
  const messages = () => told.map(([message]) => message);
  return { entered, told, messages, ended, stop: () => Promise.all(callbacks.map((each) => each())) };
}

const REFUSED = {
  status: 422,
  body: { detail: 'does not fit', errors: [{ pointer: '/outcome', detail: 'is empty' }] },
};

describe('an agent of your own that is done', () => {
  it('is told so when its outcome is refused, and can say another', async () => {
    const problems: string[] = [];
    const refuse: Reply = (message, { outcome }) => (message === 'done' && outcome === '' ? REFUSED : undefined);
    const { entered, messages, told, stop } = await job(async (call) => {
      await call.ready();
      await call.done({ outcome: '' }).catch((error: Error) => problems.push(error.message));
      const before = messages().length;
      await expect.poll(() => messages().slice(before)).toContain('alive'); // it is not lost meanwhile
      await call.done({ outcome: 'sold' });
    }, refuse);
    await entered;
    expect(problems).toEqual(['done was answered 422: does not fit /outcome is empty']);
    await stop();
    expect(told).toContainEqual(['done', { jobId: 'AJ_1', outcome: 'sold' }]);
    expect(messages()).not.toContain('failed');
  });

  it('fails when what it says is no JSON', async () => {
    const { entered, told } = await job(async (call) => {
      await call.ready();
      await call.done({ variables: { count: 1n as unknown as Json } });
    });
    await expect(entered).rejects.toThrow(/BigInt/);
    expect(told.at(-1)).toEqual(['failed', { jobId: 'AJ_1', error: expect.stringContaining('BigInt') as string }]);
  });

  it('is not taken for failed when its job ends before the answer came', async () => {
    let answer = false;
    const later: Reply = (message) => (message === 'done' && !answer ? { status: 503 } : undefined);
    const { entered, messages, stop } = await job(async (call) => {
      await call.ready();
      await call.done();
    }, later);
    await expect.poll(messages).toContain('done');
    const stopped = stop();
    answer = true;
    await Promise.all([entered, stopped]);
    expect(messages()).not.toContain('failed');
  });
});

it('an agent of your own that is told to leave is out of the room at once', async () => {
  const leave: Reply = (message) => (message === 'alive' ? { body: { go: 'leave' } } : undefined);
  const { ended } = await job(async (call) => {
    await call.ready();
    await new Promise(() => undefined); // speaks on
  }, leave);
  await expect.poll(() => ended).toEqual(['left the room', 'told to leave']);
});

it('an acceptance that hangs does not hold up the next one', { timeout: 20_000 }, async () => {
  const { messages } = await job(
    () => new Promise(() => undefined),
    () => 'silence',
  );
  await expect.poll(() => messages().length, { timeout: 12_000 }).toBeGreaterThan(3);
});
