import { ApplicationFailure } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { remoteActivities } from '../../../activities/remote.js';
import type { RemoteSend, RemoteTurned } from '../../../activities/types.js';
import type { RemoteWords } from '../../../contract/index.js';
import { answers, done, RemoteBackend, say, started, streams } from '../../support/remote-backend.js';
import type { Reply } from '../../support/remote-backend.js';

let backend: RemoteBackend;
let told: RemoteWords[];
beforeEach(async () => {
  backend = await new RemoteBackend().start();
  told = [];
});
afterEach(() => backend.stop());

const client = {
  workflow: {
    getHandle: () => ({ signal: async (_: string, words: RemoteWords) => void told.push(words) }),
  },
} as unknown as Client;

const NAME = { protocol: 'callflow/remote-v1', callId: 'c1', flowId: 'clinic' } as const;

function activities(allowHosts = ['127.0.0.1']) {
  return remoteActivities({ client, http: { allowHosts, environment: { FLOW_SECRET_KEY: 's3cret' } } });
}

function start(reply: Reply, { allowHosts, url = backend.url }: { allowHosts?: string[]; url?: string } = {}) {
  backend.gives(reply);
  const send: RemoteSend<'start'> = {
    backend: { url, timeoutMs: 3_000, headers: { Authorization: 'Bearer {{secrets.KEY}}' } },
    message: { ...NAME, type: 'start', org: 'default', direction: 'web', variables: {} },
    idempotencyKey: 'c1-start',
  };
  return new MockActivityEnvironment().run(activities(allowHosts).startRemote, send);
}

function turn(reply: Reply, timeoutMs = 3_000): Promise<RemoteTurned> {
  backend.gives(reply);
  const send: RemoteSend<'turn'> = {
    backend: { url: backend.url, timeoutMs, streaming: true },
    message: { ...NAME, type: 'turn', session: 's', turn: 3, input: { kind: 'no-input' } },
    idempotencyKey: 'c1-turn-3',
  };
  return new MockActivityEnvironment().run(activities().remoteTurn, send) as Promise<RemoteTurned>;
}

async function failure(work: Promise<unknown>): Promise<ApplicationFailure> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ApplicationFailure);
  return error as ApplicationFailure;
}

const raw =
  (...parts: (string | Uint8Array)[]): Reply =>
  async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const part of parts) {
      response.write(part);
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  };

describe('start', () => {
  it('sends secrets by reference and gives what the backend answers, unknown fields dropped', async () => {
    expect(await start(started({ mood: 'good' }))).toEqual({
      ...{ session: 's-1', has_greeting: true, greeting: 'Hello from the backend.', streaming: false },
    });
    expect(backend.asked[0]!.headers.authorization).toBe('Bearer s3cret');
  });

  it('takes markup out of what will be spoken', async () => {
    expect(await start(started({ greeting: 'Hi <speak>you\u0000</speak>' }))).toMatchObject({
      greeting: expect.not.stringMatching(/[<>\0]/) as string,
    });
  });

  it('reaches no private address that nobody allowed', async () => {
    const error = await failure(start(started(), { allowHosts: [] }));
    expect(error).toMatchObject({ type: 'HttpRefused', nonRetryable: true });
    expect(backend.asked).toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    ['no session', { has_greeting: false }, /\/session is missing/],
    ['a greeting that is not there', { session: 's', has_greeting: true }, /\/greeting is missing/],
    ['a session too long', { session: 'x'.repeat(201) }, /\/session/],
    ['expect of another kind', { session: 's', expect: { kind: 'mood' } }, /\/expect\/kind/],
    [
      'a choice of nothing',
      { session: 's', expect: { kind: 'choice', options: {} } },
      /\/expect is a choice that has no options/,
    ],
    ['words too long', { session: 's', has_greeting: true, greeting: 'x'.repeat(10_001) }, /\/greeting/],
  ])('with %s does not fit', async (_, body, problem) => {
    const error = await failure(start(answers(body)));
    expect(error).toMatchObject({ type: 'HttpRefused', nonRetryable: true });
    expect(error.message).toMatch(problem);
  });

  it.each<[number, string, string]>([
    [403, '{"detail": "closed"}', 'HTTP 403: closed'],
    [404, 'no such\n\u0007 page', 'HTTP 404: no such page'],
    [400, '', 'HTTP 400'],
    [302, '', 'HTTP 302'],
    [422, `{"error": ${JSON.stringify('x'.repeat(5_000))}}`, `HTTP 422: ${'x'.repeat(300)}`],
  ])('refused with %i says what the backend said', async (status, body, message) => {
    const error = await failure(start(answers(body, status)));
    expect(error).toMatchObject({ type: 'RemoteRefused', nonRetryable: true, message });
  });

  it.each([429, 500, 503])('answered with %i is worth another try', async (status) => {
    expect(await failure(start(answers({}, status)))).toMatchObject({
      ...{ type: 'HttpStatus', nonRetryable: false, details: [status, 1] },
    });
  });
});

describe('a question that can be answered, though no flow file may hold it,', () => {
  it.each<[string, object, object?]>([
    ['yes or no in a language whose words are not known', { kind: 'yes-no' }, { language: 'it' }],
    ['digits with a length and a longest one', { kind: 'digits', length: 4, maxLength: 6 }],
    ['one word for two options', { kind: 'choice', options: { a: ['one'], b: ['one'] } }],
    ['keys without words', { kind: 'choice', options: {}, dtmf: { '1': 'yes' } }],
  ])('is asked: %s', async (_, expected, rest = {}) => {
    const body = { say: 'Well?', expect: expected, ...rest };
    expect((await turn(answers(body))).turn).toEqual(body);
  });
});

describe('a streamed turn', () => {
  it('tells of the first sentence at once, and gives all of it', async () => {
    const result = await turn(streams([say('One.'), say('Two.'), done({ say: 'Three.', end: true })]));
    expect(result).toEqual({ sentences: ['One.', 'Two.'], turn: { say: 'Three.', end: {} } });
    expect(told[0]).toEqual({ turn: 3, from: 0, sentences: ['One.'] });
  });

  it('may come in any pieces, with comments and other events between', async () => {
    const bytes = Buffer.from(': hello\n\nevent: say\ndata: {"text": "Grüße."}\n\nevent: mood\ndata: x\n\n');
    const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect(await turn(raw(...pieces, 'event: done\r\ndata: {}\r\n\r\n'))).toEqual({ sentences: ['Grüße.'], turn: {} });
  });

  it('that breaks off is worth another try', async () => {
    expect(await failure(turn(streams([say('One.')])))).toMatchObject({ type: 'HttpUnreachable', nonRetryable: false });
    expect(await failure(turn(streams([say('One.')], { cut: true })))).toMatchObject({ nonRetryable: false });
  });

  it('is alive for as long as something comes', async () => {
    const slowly = Array.from({ length: 6 }, (_, i) => say(`${i}.`, new Promise((go) => setTimeout(go, 150 * i))));
    expect((await turn(streams([...slowly, done({})]), 600)).sentences).toHaveLength(6);
    const stuck = new Promise((go) => setTimeout(go, 2_000).unref());
    expect(await failure(turn(streams([say('One.'), done({}, stuck)]), 200))).toMatchObject({ type: 'HttpTimeout' });
  });

  it.each<[string, string, RegExp]>([
    ['no JSON', 'event: say\ndata: hello\n\n', /not JSON/],
    ['no words', 'event: say\ndata: {"txt": 1}\n\n', /\/text is missing/],
    ['an end that does not fit', 'event: done\ndata: {"end": 7}\n\n', /\/end/],
    [
      'a question nobody can answer',
      'event: done\ndata: {"expect": {"kind": "digits", "minLength": 5, "maxLength": 4}}\n\n',
      /\/expect wants at least 5 digits, and at most 4/,
    ],
    ['an endless event', `event: say\ndata: ${'x'.repeat(200_000)}`, /too large/],
    ['endless sentences', 'event: say\ndata: {"text": "More."}\n\n'.repeat(300), /more than 200 sentences/],
  ])('with %s is refused', async (_, text, problem) => {
    const error = await failure(turn(raw(text)));
    expect(error).toMatchObject({ type: 'HttpRefused', nonRetryable: true });
    expect(error.message).toMatch(problem);
  });

  it('may be answered in one piece', async () => {
    expect(await turn(answers({ say: 'Hi.' }))).toEqual({ sentences: [], turn: { say: 'Hi.' } });
  });
});
