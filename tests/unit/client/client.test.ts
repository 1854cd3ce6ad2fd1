import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { GatewayError } from '../../../client/index.js';
import type { CallView, TimelineEntry } from '../../../contract/index.js';
import { GatewayApi } from '../../../scripts/call/api.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server | undefined;
const never = new AbortController().signal;

/** A server that answers by path; each path has its answers in order, the last one for ever. */
async function gateway(answers: Record<string, Answer[]>): Promise<{ api: GatewayApi; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  server = createServer((request, response) => {
    asked.push(request);
    const queue = answers[request.url!.split('?')[0]!];
    const answer = queue && queue.length > 1 ? queue.shift() : queue?.[0];
    if (answer) answer(request, response);
    else json(404, { title: 'There is nothing here', detail: `No ${request.url}` })(request, response);
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return { api: new GatewayApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), asked };
}

const json =
  (status: number, body: object, headers = {}): Answer =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

const events =
  (text: string, cut = false): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`retry: 20\n${text}\n\n`);
    if (cut) setTimeout(() => response.destroy(), 50);
  };

const entry = (stage: TimelineEntry['stage'], at: number): TimelineEntry => ({ stage, at });
const view = (status: CallView['status'], timeline: TimelineEntry[]) => ({ callId: 'c', status, timeline }) as CallView;
const stageEvent = (id: number, value: TimelineEntry) => `id: ${id}\nevent: stage\ndata: ${JSON.stringify(value)}\n\n`;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('creating a call', () => {
  it('is repeated with the same key after a 503 and after a broken connection', async () => {
    const broken: Answer = (_, response) => response.destroy();
    const unavailable = json(503, { detail: 'Temporal does not answer' }, { 'retry-after': '0.01' });
    const { api, asked } = await gateway({ '/v1/calls': [unavailable, broken, json(201, { callId: 'c' })] });
    await expect(api.start({ flowId: 'f' }, { key: 'key-1' })).resolves.toEqual({ callId: 'c' });
    expect(asked.map((request) => request.headers['idempotency-key'])).toEqual(['key-1', 'key-1', 'key-1']);
  });

  it('is given up after four tries, and can be settled by the key that the error has', async () => {
    const unavailable = json(503, { detail: 'Temporal does not answer' }, { 'retry-after': '0.01' });
    const { api, asked } = await gateway({ '/v1/calls': [...Array(4).fill(unavailable), json(201, { callId: 'c' })] });
    const error = (await api.start({ flowId: 'f' }).catch((reason: unknown) => reason)) as GatewayError;
    expect(error).toMatchObject({ name: 'GatewayError', unsettled: true, key: expect.any(String) });
    expect(asked).toHaveLength(4);
    await expect(api.start({ flowId: 'f' }, { key: error.key })).resolves.toEqual({ callId: 'c' });
    expect(new Set(asked.map((request) => request.headers['idempotency-key']))).toEqual(new Set([error.key]));
  });

  it('is not repeated when the gateway refuses it, and says why', async () => {
    const { api, asked } = await gateway({
      '/v1/calls': [json(422, { title: 'No', detail: '/variables/n: must be a number' })],
    });
    await expect(api.start({ flowId: 'f' })).rejects.toThrow('422: /variables/n: must be a number');
    expect(asked).toHaveLength(1);
  });
});

describe('before the first call', () => {
  it('an unknown flow is answered with the known ones', async () => {
    const { api } = await gateway({ '/v1/flows': [json(200, { flows: [{ id: 'greeting' }, { id: 'survey' }] })] });
    await expect(api.requireFlow('nope')).rejects.toThrow(/404: .*\nKnown flows: greeting, survey/);
  });

  it('a gateway that does not run is said to', async () => {
    const { api } = await gateway({});
    await new Promise((resolve) => server!.close(resolve));
    await expect(api.requireFlow('greeting')).rejects.toThrow('start it with npm start');
  });
});

describe('following a call', () => {
  const timeline = [entry('admitted', 1), entry('room', 2), entry('ended', 3)];

  async function stagesOf(answers: Answer[], views: Answer[]) {
    const { api, asked } = await gateway({ '/v1/calls/c/events': answers, '/v1/calls/c': views });
    const stages: string[] = [];
    const ended = await api.follow('c', { onStage: ({ stage }) => stages.push(stage) }, never);
    expect(ended.status).toBe('ended');
    return { stages, asked };
  }

  it('goes on after a cut where it was, and tells each stage once', async () => {
    const first = events(stageEvent(1, timeline[0]!) + stageEvent(2, timeline[1]!), true);
    const second = events(stageEvent(2, timeline[1]!) + stageEvent(3, timeline[2]!) + 'event: ended\ndata: {}');
    const { stages, asked } = await stagesOf([first, second], [json(200, view('ended', timeline))]);
    expect(stages).toEqual(['admitted', 'room', 'ended']);
    expect(asked[1]!.headers['last-event-id']).toBe('2');
  });

  it('polls where there are no events, also over a restart of the gateway', async () => {
    const away = json(502, {});
    const views = [json(200, view('active', timeline.slice(0, 1))), away, json(200, view('ended', timeline))];
    const { stages } = await stagesOf([away], views);
    expect(stages).toEqual(['admitted', 'room', 'ended']);
  });

  it('stops at its deadline', async () => {
    const { api } = await gateway({ '/v1/calls/c/events': [events('')] });
    await expect(api.follow('c', {}, AbortSignal.timeout(100))).rejects.toThrow(/timeout/i);
  });
});
