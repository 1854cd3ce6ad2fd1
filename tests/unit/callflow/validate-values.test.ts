import { describe, expect, it } from 'vitest';
import { document, errorsOf } from './flows.js';

const has = (text: string): unknown => expect.stringContaining(text);

describe('what a flow says with its variables', () => {
  it('checks variables, their defaults and all that writes to them', () => {
    const vars = {
      n: { type: 'number', default: 'x' },
      config: { type: 'string' },
      r: { type: 'string', default: '', required: true },
    };
    const nodes = {
      s: {
        type: 'set',
        values: { n: 'one', x: 1 },
        compute: { n: 'n + 1', r: 'n * 2', q: '1' },
        next: null,
      },
      b: {
        type: 'branch',
        cases: [
          { when: 'n', goto: null },
          { when: 'n >', goto: null },
        ],
        else: null,
      },
      h: {
        type: 'http',
        method: 'GET',
        url: 'https://a.example',
        save: { n: 'n', z: '$' },
        on: { ok: null, error: null },
      },
    };
    expect(errorsOf(document(nodes, { vars }))).toEqual({
      '/vars/n/default': has('must be a number'),
      '/vars/config': has('reserved'),
      '/vars/r/required': has('need not'),
      '/nodes/s/values/n': has('"n" is a number, not a string'),
      '/nodes/s/values/x': has('no variable "x"'),
      '/nodes/s/compute/n': has('also in values'),
      '/nodes/s/compute/r': has('gives a number, not a string'),
      '/nodes/s/compute/q': has('no variable "q"'),
      '/nodes/b/cases/0/when': has('gives a number, not a boolean'),
      '/nodes/b/cases/1/when': has('not an expression'),
      '/nodes/h/save/n': has('not a JSON path'),
      '/nodes/h/save/z': has('no variable "z"'),
    });
  });

  it('resolves every template, and secrets only where they are safe', () => {
    const request = {
      method: 'POST',
      url: 'https://a.example/{{args.id}}?k={{secrets.K}}',
      body: { a: ['{{args.no}}', '{{config.c}}'] },
    };
    const nodes = {
      a: { type: 'say', text: '{{ person.name.first }} {{count}} {{gone}}', next: null },
      b: { type: 'say', text: '{{text.size}}', next: null },
      c: { type: 'say', text: '{{ text', next: null },
      d: { type: 'say', text: '{{secrets.KEY}}', next: null },
      e: { type: 'hangup', say: '{{config.desk}}' },
      f: {
        type: 'converse',
        goal: '{{args.id}}',
        exits: {},
        tools: { t: { description: 'x', args: { id: { type: 'string' } }, request } },
        on: { turnLimit: null, unavailable: null, noInput: null },
      },
    };
    expect(errorsOf(document(nodes, { resume: 'Sorry {{text}}' }))).toEqual({
      '/nodes/a/text': has('no variable "gone"'),
      '/nodes/b/text': has('it has no parts'),
      '/nodes/c/text': has('"{{" without a name'),
      '/nodes/d/text': has('HTTP header only'),
      '/nodes/e/say': has('config may stand in'),
      '/nodes/f/goal': has('no variable "args"'),
      '/nodes/f/tools/t/request/url': has('a secret may stand in an HTTP header only'),
      '/nodes/f/tools/t/request/body/a/0': has('the tool has no args.no'),
      '/nodes/f/tools/t/request/body/a/1': has('config'),
      '/resume': has('as it stands'),
    });
  });
});
