import { describe, expect, it } from 'vitest';
import { start, step } from '../../../callflow/interpreter.js';
import { LIMITS } from '../../../callflow/limits.js';
import { validateAnyFlow, validateFlow, validateRemoteFlow } from '../../../callflow/validate.js';
import type { Flow, Json } from '../../../contract/flow.js';
import { document, errorsOf, flowOf, quickly } from './flows.js';

const saving = (path: string) =>
  document(
    {
      ask: { type: 'http', method: 'GET', url: 'https://a.example', save: { x: path }, on: { ok: null, error: null } },
    },
    { vars: { x: { type: 'array' } }, start: 'ask' },
  );

describe('a JSON path', () => {
  it.each([
    ['tries every way to match', `$[?match(@.a, '(a+)+b')]`, 'patterns'],
    ['the same', `$[?search(@.a, "(a|a)+$")]`, 'patterns'],
    ['doubles its results again and again', `$${'[0,0]'.repeat(60)}`, 'several selectors'],
    ['looks everywhere from everywhere', '$..*..*', 'more than once'],
    ['looks at everything for each thing', '$[?$[?$[?$[?@]]]]', '"$" other than'],
  ])('that %s is refused: %s', (_, path, why) => {
    expect(errorsOf(saving(path))).toEqual({ '/nodes/ask/save/x': expect.stringContaining(why) as string });
  });

  it.each([
    '$',
    '$.a.b',
    '$..id',
    `$['a,b..c..$d']["match(x)"]`,
    '$.list[*].name',
    '$.list[?@.on == true].id',
    '$[1:3]',
  ])('such as %s is not', (path) => expect(errorsOf(saving(path))).toEqual({}));
});

describe('many large values together', () => {
  const vars = { v: { type: 'string' as const, default: 'x'.repeat(LIMITS.valueSize - 2) } };
  const given = { v: vars.v.default };
  const command = (flow: Flow) => start(flow, given).command;

  it('are cut in what is said', () => {
    const flow = flowOf({ a: { type: 'say', text: '{{v}}'.repeat(400), next: null } }, { vars, start: 'a' });
    expect(command(flow)).toMatchObject({ kind: 'say' });
    expect(JSON.stringify(command(flow)).length).toBeLessThan(LIMITS.textSize + 500);
  });

  it('are not sent', () => {
    const body = Array.from({ length: 5_000 }, (): Json => '{{v}}');
    const on = { ok: null, error: 'failed' };
    const flow = flowOf(
      {
        a: { type: 'http', method: 'POST', url: 'https://a.example', body, on },
        failed: { type: 'hangup', outcome: 'too-large' },
      },
      { vars, start: 'a' },
    );
    expect(quickly(() => command(flow))).toMatchObject({ kind: 'end', outcome: 'too-large' });
  });
});

describe('odd documents', () => {
  const open = (times: number) => '{{'.repeat(times);

  it.each<[string, unknown]>([
    ['braces that never close', document({ a: { type: 'emit', event: 'x', data: open(100_000), next: null } })],
    [
      'names without end',
      document({ a: { type: 'emit', event: 'x', data: `{{a${'.a'.repeat(100_000)}`, next: null } }),
    ],
    ['spaces', document({ a: { type: 'emit', event: 'x', data: `{{${' '.repeat(200_000)}`, next: null } })],
    [
      'a URL of braces',
      saving('$').nodes && document({ a: { type: 'http', method: 'GET', url: `https://${open(990)}`, on: {} } }),
    ],
    [
      'an expression of brackets',
      document({ a: { type: 'branch', cases: [{ when: '('.repeat(499), goto: null }], else: null } }),
    ],
    [
      'an expression of signs',
      document({ a: { type: 'branch', cases: [{ when: `${'!'.repeat(498)}1`, goto: null }], else: null } }),
    ],
    ['a path of brackets', saving('$' + '[?('.repeat(160))],
    ['a path of minus signs', saving(`$[${'-'.repeat(490)}1]`)],
  ])('of %s are refused quickly', (_, value) => {
    expect(quickly(() => validateFlow(value))).toMatchObject({ ok: false });
  });

  it('of any kind never throw, whatever their schema says', () => {
    for (const odd of [
      undefined,
      null,
      1,
      'x',
      [],
      { schema: {} },
      { schema: 'callflow/v2' },
      { schema: 'callflow/remote-v1' },
    ])
      expect(validateAnyFlow(odd)).toMatchObject({ ok: false });
    expect(validateAnyFlow({ schema: 'callflow/v2' })).toMatchObject({
      errors: expect.arrayContaining([expect.objectContaining({ pointer: '/schema' })]) as unknown,
    });
  });

  it('with a state that grows at each turn stay small', () => {
    const flow = flowOf(
      {
        grow: { type: 'set', values: { v: '{{v}}{{v}}' }, next: 'say' },
        say: { type: 'say', text: 'Again.', next: 'more' },
        more: { type: 'branch', cases: [{ when: 'v == "never"', goto: null }], else: 'grow' },
      },
      { vars: { v: { type: 'string', default: 'xx' } }, start: 'grow' },
    );
    let now = start(flow, { v: 'xx' });
    for (let turns = 0; turns < 100 && now.command.kind !== 'end'; turns++)
      now = step(flow, now.state, { kind: 'said' });
    expect(now.command).toMatchObject({ kind: 'end', reason: 'orchestrator-error' });
    expect(JSON.stringify(now.state).length).toBeLessThan(LIMITS.variablesSize);
  });
});

describe('a remote flow', () => {
  const remote = (more: object) => ({ schema: 'callflow/remote-v1', id: 'r', url: 'https://a.example/flow', ...more });
  const pointers = (more: object) => {
    const checked = validateRemoteFlow(remote(more));
    return checked.ok ? [] : checked.errors.map(({ pointer }) => pointer).sort();
  };

  it('has all its errors at once', () => {
    expect(
      pointers({
        ...{
          url: 'http://169.254.169.254/latest',
          resume: 'Hi {{name}}',
          sorry: '{{x',
          vars: { args: { type: 'string' } },
        },
        headers: { 'X-Api-Key': 'abc', 'X-Name': '{{name}}' },
      }),
    ).toEqual(['/headers/X-Api-Key', '/headers/X-Name', '/resume', '/sorry', '/url', '/vars/args']);
  });

  it.each([
    ['secrets in its address', { url: 'https://a.example/{{secrets.KEY}}' }],
    ['a host that a variable chooses', { url: 'https://{{config.host}}/x' }],
    ['a user in its address', { url: 'https://me:pw@a.example/' }],
    ['another scheme', { url: 'file:///etc/passwd' }],
    ['a host by number', { url: 'http://2130706433/' }],
    ['a host in brackets', { url: 'http://[::ffff:127.0.0.1]/' }],
  ])('may not have %s', (_, more) => expect(pointers(more)).toEqual(['/url']));
});
