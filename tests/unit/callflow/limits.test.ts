import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../callflow/parse.js';
import { checkVariables, validateFlow } from '../../../callflow/validate.js';
import { document, errorsOf, flowOf, quickly } from './flows.js';

const refused = (value: unknown) => Object.values(quickly(() => errorsOf(value))).join();

describe('documents that are no flows', () => {
  it('are refused quickly when huge, deep or cyclic', () => {
    const nodes = Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`n${i}`, { type: 'hangup' }]));
    expect(refused(document(nodes))).toContain('values');
    const data = JSON.parse('['.repeat(40_000) + ']'.repeat(40_000)) as unknown;
    expect(refused(document({ a: { type: 'emit', event: 'x', data, next: null } }))).toContain('deeper');
    const cyclic: Record<string, unknown> = {};
    cyclic.a = cyclic;
    cyclic.b = cyclic;
    expect(refused(document({ a: cyclic }))).toMatch(/deeper|values/);
    expect(refused(document({ a: { type: 'say', text: 'x'.repeat(10_000_000), next: null } }))).toContain('characters');
    const bomb = Array.from({ length: 30 }).reduce<unknown>((inner) => [inner, inner], 'x');
    expect(refused(document({ a: { type: 'emit', event: 'x', data: bomb, next: null } }))).toMatch(/deeper|values/);
  });

  it('are refused when they are no JSON', () => {
    for (const odd of [undefined, () => 1, new Date(), 10n, Symbol('x'), new Map(), NaN])
      expect(validateFlow(document({ a: odd }))).toMatchObject({ ok: false });
    for (const odd of [undefined, null, 1, 'x', [], {}]) expect(validateFlow(odd)).toMatchObject({ ok: false });
  });

  it('are refused as text by size first', () => {
    expect(quickly(() => parseDocument(' '.repeat(300_000)))).toMatchObject({
      errors: [{ message: expect.stringContaining('characters') }],
    });
    expect(parseDocument('{"a":')).toMatchObject({ errors: [{ message: expect.stringContaining('not JSON') }] });
    expect(parseDocument('{"a":1}')).toEqual({ document: { a: 1 } });
  });

  it('are refused as text when something is there twice, each with its pointer and line', () => {
    const twice = `{
      "nodes": {
        "ask": {"type": "hangup"},
        "bye": {"type": "say", "text": "x", "text": "y"},
        "\\u0061sk": {"type": "hangup"}
      }
    }`;
    expect(parseDocument(twice)).toEqual({
      errors: [
        { pointer: '/nodes/bye/text', message: 'is there a second time, on line 4: give it another name' },
        { pointer: '/nodes/ask', message: 'is there a second time, on line 5: give it another name' },
      ],
    });
    expect(parseDocument('[{"a": 1}, {"a": 1, "b": {"a": 1}}]')).toHaveProperty('document');
    expect(quickly(() => parseDocument('{"a":'.repeat(40_000) + '1' + '}'.repeat(40_000)))).toMatchObject({
      errors: [{ message: expect.stringContaining('nested deeper') }],
    });
  });

  it('take the names that every object has for what they are', () => {
    const own = JSON.parse(
      '{"__proto__": {"type": "hangup"}, "constructor": {"type": "hangup"}, "a": {"type": "hangup"}}',
    ) as object;
    expect(errorsOf(document({ ...own, a: { type: 'say', text: 'x', next: 'toString' } }))).toMatchObject({
      '/nodes/constructor': expect.stringContaining('reserved'),
      '/nodes/a/next': expect.any(String),
    });
    expect(errorsOf(document(own as Record<string, unknown>, { start: '__proto__' }))).toHaveProperty(['/start']);
  });

  it('may be as large as a real flow: 500 nodes in a row', () => {
    const nodes = Object.fromEntries(
      Array.from({ length: 499 }, (_, i) => [
        `n${i}`,
        { type: 'set', compute: { count: 'count + 1' }, next: i < 498 ? `n${i + 1}` : 'bye' },
      ]),
    );
    expect(quickly(() => errorsOf(document({ ...nodes, bye: { type: 'hangup' } })))).toEqual({});
    expect(errorsOf(document({ ...nodes, bye: { type: 'hangup' }, more: { type: 'hangup' } }))).toEqual({
      '/nodes': expect.stringContaining('500'),
    });
  });
});

describe('checkVariables', () => {
  const flow = flowOf(
    { bye: { type: 'hangup' } },
    {
      vars: {
        name: { type: 'string', default: 'there' },
        age: { type: 'number', required: true },
        tags: { type: 'array' },
      },
    },
  );

  it('fills in defaults and takes what is declared', () => {
    expect(checkVariables(flow, { age: 3 })).toEqual({ ok: true, variables: { name: 'there', age: 3 } });
    expect(checkVariables(flow, { age: 3, name: '', tags: [1] })).toEqual({
      ok: true,
      variables: { name: '', age: 3, tags: [1] },
    });
  });

  it('names everything that does not fit', () => {
    const checked = checkVariables(flow, { name: null, tags: 'x', 'a/b': 1 });
    expect(checked).toMatchObject({ ok: false });
    expect(!checked.ok && checked.errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/age',
      '/a~1b',
      '/name',
      '/tags',
    ]);
    for (const odd of [undefined, null, [], 'x', 4]) expect(checkVariables(flow, odd)).toMatchObject({ ok: false });
  });

  it('keeps them small', () => {
    const large = checkVariables(flow, { age: 1, name: 'x'.repeat(5_000) });
    expect(large).toMatchObject({ errors: [{ pointer: '/name', message: expect.stringContaining('too large') }] });
    const deep = JSON.parse('['.repeat(20) + ']'.repeat(20)) as unknown;
    expect(checkVariables(flow, { age: 1, tags: deep })).toMatchObject({
      errors: [{ pointer: '/tags', message: expect.stringContaining('deep') }],
    });
  });
});
