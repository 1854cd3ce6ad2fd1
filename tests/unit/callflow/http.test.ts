import { describe, expect, it } from 'vitest';
import { mapAnswer } from '../../../callflow/json-path.js';
import { referenceVariable, resolveReferences } from '../../../callflow/references.js';
import type { HttpNode } from '../../../contract/flow.js';
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
