import { describe, expect, it } from 'vitest';
import { validateFlow } from '../../../callflow/validate.js';
import { document, errorsOf } from './flows.js';

const bye = { type: 'hangup' };
const has = (text: string): unknown => expect.stringContaining(text);

/** The flow as the design prints it. */
const DESIGN = {
  schema: 'callflow/v1',
  id: 'appointment',
  start: 'greet',
  vars: { name: { type: 'string', default: 'there' }, confirmed: { type: 'boolean' } },
  defaults: {
    language: 'en',
    noInput: { timeoutMs: 6000, retries: 2, say: 'Sorry, I did not hear you.', goto: 'bye' },
  },
  nodes: {
    greet: { type: 'say', text: 'Hi {{name}}, this is the clinic.', next: 'ask' },
    ask: {
      type: 'ask',
      prompt: 'Can you come tomorrow at ten?',
      expect: { kind: 'choice', options: { yes: ['yes', 'sure'], no: ['no'] }, dtmf: { '1': 'yes', '2': 'no' } },
      save: 'confirmed',
      on: { yes: 'book', no: 'bye', noMatch: 'ask' },
    },
    book: {
      type: 'http',
      method: 'POST',
      url: 'https://clinic.example/confirm',
      body: { name: '{{name}}' },
      timeoutMs: 3000,
      retries: 2,
      on: { ok: 'bye', error: 'human' },
    },
    human: { type: 'transfer', to: '{{config.desk}}', on: { connected: null, failed: 'bye' } },
    bye: { type: 'hangup', say: 'Goodbye.', outcome: 'done' },
  },
};

describe('validateFlow', () => {
  it('takes the flow of the design', () => expect(errorsOf(DESIGN)).toEqual({}));

  it('tells all that is wrong at once, by JSON pointer', () => {
    const wrong = {
      ...DESIGN,
      id: '1st',
      colour: 'red',
      start: 'hello',
      nodes: {
        'a/b': bye,
        greet: { type: 'say', text: 'Hi {{nobody}}', next: 'nowhere', extra: 1 },
        ask: { ...DESIGN.nodes.ask, on: { yes: 'gone' } },
        say: { type: 'say', next: null },
        odd: { type: 'sing' },
        bye,
      },
    };
    expect(errorsOf(wrong)).toEqual({
      '/id': has('must be a letter'),
      '/colour': has('unknown field "colour"'),
      '/start': has('no node "hello"'),
      '/nodes/a~1b': has('the name must be a letter'),
      '/nodes/greet/extra': has('unknown field'),
      '/nodes/ask/on': has('outcome "noMatch" is not handled'),
      '/nodes/ask/on/yes': has('no node "gone"'),
      '/nodes/say/text': has('is missing'),
      '/nodes/odd/type': has('must be one of say, ask, branch'),
    });
  });

  it('wants every outcome handled and no other', () => {
    const expectKind = { kind: 'choice', options: { red: ['red'], noInput: ['x'] }, dtmf: { '1': 'blue' } };
    const nodes = {
      ask: { type: 'ask', prompt: '?', expect: expectKind, on: { red: null, blue: null, noInput: null } },
      http: { type: 'http', method: 'GET', url: 'https://a.example', on: { ok: null, '404': null, done: null } },
      transfer: { type: 'transfer', to: '+4930123456', on: { connected: null, answered: null } },
      converse: { type: 'converse', goal: 'x', exits: { done: 'x' }, on: { done: null, other: null } },
      named: { type: 'converse', goal: 'x', exits: { unavailable: 'x' }, on: { unavailable: null, turnLimit: null } },
      alike: {
        ...{ type: 'converse', goal: 'x', exits: { done: 'x', remember: 'x' }, on: { done: null } },
        tools: { done: { description: 'x', request: { method: 'GET', url: 'https://a.example' } } },
      },
      branch: { type: 'branch', cases: [{ when: 'sure', goto: null }] },
    };
    expect(validateFlow(document(nodes))).toMatchObject({ ok: false });
    const errors = errorsOf(document(nodes));
    expect(errors).toMatchObject({
      '/nodes/ask/expect/options/noInput': has('taken'),
      '/nodes/ask/expect/dtmf/1': has('no option "blue"'),
      '/nodes/ask/on': has('"noMatch" is not handled'),
      '/nodes/ask/on/blue': has('never ends with "blue"'),
      '/nodes/http/on': has('"error" is not handled'),
      '/nodes/http/on/done': has('never'),
      '/nodes/transfer/on': has('"failed"'),
      '/nodes/transfer/on/answered': has('never'),
      '/nodes/converse/on/other': has('never'),
      '/nodes/branch/else': 'is missing',
      '/nodes/named/exits/unavailable': has('taken'),
      '/nodes/alike/tools/done': has('an exit has this name'),
      '/nodes/alike/exits/remember': has('taken'),
    });
    expect(errors).not.toHaveProperty('/nodes/http/on/404');
  });

  it('checks what answers mean', () => {
    const ask = (kind: object, more = {}) => ({
      type: 'ask',
      prompt: '?',
      expect: kind,
      on: { ok: null, yes: null, no: null },
      ...more,
    });
    const errors = errorsOf(
      document({
        same: ask({ kind: 'choice', options: { yes: ['Sure!', '?'], no: ['sure'] } }),
        foreign: ask({ kind: 'yes-no' }, { language: 'ja' }),
        both: ask({ kind: 'digits', length: 4, maxLength: 9 }),
        reversed: ask({ kind: 'digits', minLength: 4, maxLength: 3 }),
        typed: ask({ kind: 'text' }, { save: 'count' }),
        chosen: ask({ kind: 'choice', options: { yes: ['y'], maybe: ['m'] } }, { save: 'sure' }),
        lost: ask({ kind: 'text' }, { save: 'nope' }),
      }),
    );
    expect(errors).toMatchObject({
      '/nodes/same/expect/options/yes/1': has('letter'),
      '/nodes/same/expect/options/no/0': has('already means "yes"'),
      '/nodes/foreign/expect': has('use a choice'),
      '/nodes/both/expect/length': has('either'),
      '/nodes/reversed/expect/minLength': has('maxLength'),
      '/nodes/typed/save': has('"count" is a number; this answer is a string'),
      '/nodes/chosen/save': has('boolean'),
      '/nodes/lost/save': has('no variable "nope"'),
    });
  });

  it('wants transfers to go where some could be allowed to go', () => {
    const to = (address: string) =>
      errorsOf(document({ t: { type: 'transfer', to: address, on: { connected: null, failed: null } } }));
    for (const fits of ['+49 (30) 90-18.20', 'tel:+4930901820', 'SIPS:desk@pbx.example', '{{config.desk}}'])
      expect(to(fits), fits).not.toHaveProperty('/nodes/t/to');
    for (const never of ['030901820', '4930901820', 'tel:030901820', 'sip:desk', 'the desk'])
      expect(to(never), never).toMatchObject({ '/nodes/t/to': has('international format') });
  });

  it('finds paths that cannot end and circles without the caller', () => {
    const say = (next: string) => ({ type: 'say', text: 'x', next });
    expect(errorsOf(document({ a: say('b'), b: say('a'), c: bye }))).toEqual({
      '/nodes/a': has('no path from here ends'),
      '/nodes/b': has('no path from here ends'),
    });
    const branch = (goto: string) => ({ type: 'branch', cases: [{ when: 'sure', goto: null }], else: goto });
    const http = { type: 'http', method: 'GET', url: 'https://a.example', on: { ok: null, error: 'b' } };
    expect(errorsOf(document({ b: branch('h'), h: http }))).toEqual({ '/nodes/b': has('b → h → b runs in a circle') });
    expect(errorsOf(document({ s: say('b'), b: branch('s') }))).toEqual({});
    expect(errorsOf(document({ b: branch('b') }))).toEqual({ '/nodes/b': has('b → b') });
  });
});
