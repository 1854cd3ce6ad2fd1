import { describe, expect, it } from 'vitest';
import { mapAnswer } from '../../../callflow/json-path.js';
import { referenceVariable, resolveReferences } from '../../../callflow/references.js';
import { fillRequest } from '../../../callflow/request.js';
import type { ConverseNode, HttpNode } from '../../../contract/flow.js';
import { firstOf, flowOf, play } from './flows.js';

const END = { failed: { type: 'hangup', outcome: 'failed' }, fine: { type: 'hangup', outcome: 'fine' } } as const;
const http = (more: Partial<HttpNode> = {}): HttpNode => ({
  type: 'http',
  method: 'POST',
  url: 'https://api.example/people/{{text}}/visits?n={{count}}',
  on: { ok: 'fine', error: 'failed' },
  ...more,
});

describe('http', () => {
  it('sends what the flow says, with every value where it belongs', () => {
    const flow = flowOf({
      get: http({
        headers: { 'X-Name': '{{text}}', Authorization: 'Bearer {{secrets.KEY}}!' },
        body: {
          name: '{{text}}',
          count: '{{count}}',
          both: '{{text}}/{{count}}',
          person: '{{person}}',
          none: '{{sure}}',
        },
        hold: { say: 'One moment, {{text}}.' },
        save: { count: '$.n' },
      }),
      ...END,
    });
    const text = 'a/../b"?x=1\r\nHost: evil';
    expect(firstOf(flow, 'http', { text, count: 3, person: { age: 4 } })).toEqual({
      kind: 'http',
      node: 'get',
      nodeRunId: '1-get',
      request: {
        method: 'POST',
        url: `https://api.example/people/${encodeURIComponent(text)}/visits?n=3`,
        headers: { 'X-Name': 'a/../b"?x=1 Host: evil', Authorization: ['Bearer ', { ref: 'secrets.KEY' }, '!'] },
        body: { name: text, count: 3, both: `${text}/3`, person: { age: 4 }, none: null },
        timeoutMs: 5_000,
        retries: 2,
      },
      idempotencyKey: '1-get',
      save: { count: '$.n' },
      hold: { text: 'One moment, a/../b"?x=1 Host: evil.', afterMs: 1_000 },
    });
  });

  it('never lets a value climb out of its part of the path', () => {
    const flow = flowOf({ get: http(), ...END });
    for (const text of ['..', '.']) expect(play(flow, [], { text }).commands[0]).toMatchObject({ outcome: 'failed' });
    expect(play(flow, [], { text: '...' }).commands[0]).toMatchObject({ kind: 'http' });
    expect(play(flow, [], { text: '\ud800' }).commands[0]).toMatchObject({ kind: 'http' });
  });

  it('does not take a caller’s words for a reference', () => {
    const flow = flowOf({ get: http({ headers: { 'X-Name': '{{text}}' } }), ...END });
    const { request } = firstOf(flow, 'http', { text: '{{secrets.KEY}}' });
    expect(request.headers['X-Name']).toBe('{{secrets.KEY}}');
    expect(resolveReferences(request.headers['X-Name'] ?? '', () => 'leaked')).toBe('{{secrets.KEY}}');
  });

  it('takes the most exact outcome', () => {
    const flow = flowOf({
      get: http({ on: { ok: 'ok', '201': 'made', '404': 'none', '4xx': 'refused', timeout: 'late', error: 'failed' } }),
      ...Object.fromEntries(
        ['ok', 'made', 'none', 'refused', 'late', 'failed'].map((outcome) => [
          outcome,
          { type: 'hangup', outcome } as const,
        ]),
      ),
    });
    const answer = (status: number) => play(flow, [{ kind: 'responded', status, values: {} }]).commands[1];
    const outcomes = { 200: 'ok', 201: 'made', 404: 'none', 422: 'refused', 503: 'failed', 302: 'failed' };
    for (const [status, outcome] of Object.entries(outcomes)) expect(answer(Number(status))).toMatchObject({ outcome });
    const failed = (cause: 'timeout' | 'error') => play(flow, [{ kind: 'failed', cause, detail: 'x' }]).commands[1];
    expect(failed('timeout')).toMatchObject({ outcome: 'late' });
    expect(failed('error')).toMatchObject({ outcome: 'failed' });
  });

  it('saves typed values; a wrong type is an error, a missing one unsets', () => {
    const flow = flowOf({
      get: http({ save: { count: '$.n', text: '$.t' }, on: { ok: 'fine', error: null } }),
      ...END,
    });
    const answer = (values: Parameters<typeof mapAnswer>[1]) =>
      play(flow, [{ kind: 'responded', status: 200, values: mapAnswer({ count: '$.n', text: '$.t' }, values) }], {
        text: 'old',
      });
    expect(answer({ n: 7, t: 'new' }).vars).toEqual({ count: 7, text: 'new' });
    expect(answer({ n: 7 }).vars).toEqual({ count: 7 });
    expect(answer({ n: '7' }).vars).toEqual({ text: 'old' });
    expect(answer({ n: '7' }).commands[1]).toEqual({
      kind: 'end',
      outcome: 'error',
      reason: 'http-failed',
      detail: 'Node "get" of flow "test": the server answered 200, but "count" must be a number, not string',
    });
  });
});

describe('mapAnswer', () => {
  it('gives one value for a path that names one, all for a path that can name many', () => {
    const body = {
      users: [
        { name: 'Ann', age: 9 },
        { name: 'Bob', age: 30 },
      ],
    };
    const paths = {
      one: '$.users[0].name',
      all: '$.users[*].name',
      grown: '$.users[?@.age > 18].name',
      none: '$.x',
      whole: '$',
    };
    expect(mapAnswer(paths, body)).toEqual({
      one: 'Ann',
      all: ['Ann', 'Bob'],
      grown: ['Bob'],
      none: null,
      whole: body,
    });
    expect(mapAnswer(paths, 'no JSON at all')).toMatchObject({ one: null, all: [] });
  });
});

describe('references', () => {
  it('are looked up by the executor, which says what is missing', () => {
    const filled = ['Bearer ', { ref: 'secrets.clinic_key' }];
    expect(resolveReferences(filled, (ref) => `<${ref}>`)).toBe('Bearer <secrets.clinic_key>');
    expect(() => resolveReferences(filled, () => undefined)).toThrow('set FLOW_SECRET_CLINIC_KEY');
    expect(referenceVariable('config.desk')).toBe('FLOW_CONFIG_DESK');
  });
});

describe('converse', () => {
  const node: ConverseNode = {
    type: 'converse',
    goal: 'Help {{text}}.',
    say: 'Hi {{text}}.',
    tools: {
      hours: {
        description: 'Opening hours',
        args: { day: { type: 'string', required: true } },
        request: {
          method: 'POST',
          url: 'https://x.example/{{args.day}}',
          body: { for: '{{text}}', day: '{{args.day}}' },
        },
      },
    },
    collect: { count: 'How many?', text: 'Who?' },
    exits: { done: 'All said.' },
    on: { done: 'fine', turnLimit: 'failed', unavailable: null, noInput: null },
  };
  const flow = flowOf({ talk: node, ...END });

  it('hands over a conversation that needs no flow', () => {
    const command = firstOf(flow, 'converse', { text: 'Ann' });
    expect(command).toMatchObject({
      goal: 'Help Ann.',
      say: 'Hi Ann.',
      collect: { count: { type: 'number', description: 'How many?' }, text: { type: 'string', description: 'Who?' } },
      exits: { done: 'All said.' },
      maxTurns: 20,
      noInputMs: 6_000,
    });
    const { request, vars } = command.tools.hours!;
    expect(fillRequest(request, { ...vars, args: { day: 'mon/day' } })).toMatchObject({
      url: 'https://x.example/mon%2Fday',
      body: { for: 'Ann', day: 'mon/day' },
    });
  });

  it('keeps what fits of what was collected', () => {
    const event = {
      kind: 'conversed',
      outcome: 'done',
      collected: { count: 'many', text: 'Bob', sure: true },
    } as const;
    const { commands, vars } = play(flow, [event]);
    expect(vars).toEqual({ text: 'Bob' });
    expect(commands[1]).toMatchObject({ outcome: 'fine', reason: 'completed' });
  });

  it('takes any failure, and any exit it does not know, as unavailable', () => {
    const unavailable = { outcome: 'unavailable', reason: 'llm-failed' };
    expect(play(flow, [{ kind: 'conversed', outcome: 'unavailable' }]).commands[1]).toMatchObject(unavailable);
    expect(play(flow, [{ kind: 'conversed', outcome: 'toString' }]).commands[1]).toMatchObject(unavailable);
    expect(play(flow, [{ kind: 'failed', cause: 'error', detail: 'x' }]).commands[1]).toMatchObject(unavailable);
    expect(play(flow, [{ kind: 'conversed', outcome: 'noInput' }]).commands[1]).toMatchObject({
      reason: 'silence-timeout',
    });
  });
});

describe('transfer, wait and emit', () => {
  const flow = flowOf({
    wait: { type: 'wait', ms: 50, next: 'emit' },
    emit: { type: 'emit', event: 'seen', data: { n: '{{count}}' }, next: 'transfer' },
    transfer: {
      type: 'transfer',
      to: 'sip:{{text}}@{{config.pbx}}',
      on: { connected: null, busy: 'fine', failed: null },
    },
    ...END,
  });

  it('run one after the other', () => {
    const { commands } = play(flow, [{ kind: 'waited' }, { kind: 'emitted' }], { count: 2, text: '1 2@evil;x' });
    expect(commands).toEqual([
      { kind: 'wait', node: 'wait', nodeRunId: '1-wait', ms: 50 },
      { kind: 'emit', node: 'emit', nodeRunId: '2-emit', event: 'seen', data: { n: 2 } },
      {
        kind: 'transfer',
        node: 'transfer',
        nodeRunId: '3-transfer',
        to: ['sip:12evilx@', { ref: 'config.pbx' }],
        timeoutMs: 30_000,
      },
    ]);
  });

  it.each([
    [
      { kind: 'transferred', outcome: 'connected' },
      { outcome: 'connected', reason: 'transferred' },
    ],
    [
      { kind: 'transferred', outcome: 'busy' },
      { outcome: 'fine', reason: 'completed' },
    ],
    [
      { kind: 'transferred', outcome: 'noAnswer' },
      { outcome: 'failed', reason: 'transfer-failed' },
    ],
    [
      { kind: 'failed', cause: 'error', detail: 'no trunk' },
      { outcome: 'failed', reason: 'transfer-failed' },
    ],
  ] as const)('%j ends %j', (event, end) => {
    expect(play(flow, [{ kind: 'waited' }, { kind: 'emitted' }, event]).commands[3]).toMatchObject(end);
  });
});
