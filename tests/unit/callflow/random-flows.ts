import fc from 'fast-check';
import type { FlowEvent, NodeCommand } from '../../../callflow/interpreter.js';
import type { Json, Target } from '../../../contract/flow.js';
import { document } from './flows.js';

const words = fc.constantFrom(
  'Hi.',
  'Hello {{text}}.',
  '{{count}} of {{list}}',
  '{{person.name.first}}',
  '{{sure}}{{text}}',
);
const condition = fc.constantFrom(
  'sure',
  'count > 2',
  'text == "x"',
  'person.age >= 18',
  'size(list) < 3',
  '!sure && count != 1',
);
const target = (names: string[]): fc.Arbitrary<Target> => fc.constantFrom(null, 'bye', ...names);
const on = (outcomes: string[], to: fc.Arbitrary<Target>) =>
  fc.record(Object.fromEntries(outcomes.map((outcome) => [outcome, to])));
const missed = (to: fc.Arbitrary<Target>) =>
  fc.record({ retries: fc.nat(3), say: words, goto: to }, { requiredKeys: ['goto'] });

/** One node. Silent ones lead on only, so that they make no circle. */
function node(all: string[], later: string[]): fc.Arbitrary<unknown> {
  const to = target(all);
  const ahead = target(later);
  const type = <T extends string>(name: T, fields: Record<string, fc.Arbitrary<unknown>>) =>
    fc.record({ type: fc.constant(name), ...fields });
  const asked = { prompt: words, noInput: missed(to), noMatch: missed(to) };
  const request = {
    method: fc.constantFrom('GET', 'DELETE'),
    url: fc.constantFrom('https://a.example/{{text}}', '{{config.api}}/x?{{person}}'),
  };
  return fc.oneof(
    type('say', { text: words, interruptible: fc.boolean(), next: to }),
    type('ask', {
      ...asked,
      expect: fc.constant({ kind: 'yes-no' }),
      save: fc.constantFrom('sure', 'text'),
      on: on(['yes', 'no'], to),
    }),
    type('ask', {
      ...asked,
      expect: fc.constant({ kind: 'digits', length: 2 }),
      save: fc.constantFrom('count', 'text'),
      on: on(['ok'], to),
    }),
    type('ask', { ...asked, expect: fc.constant({ kind: 'text' }), save: fc.constant('text'), on: on(['ok'], to) }),
    type('branch', {
      cases: fc.array(fc.record({ when: condition, goto: ahead }), { minLength: 1, maxLength: 3 }),
      else: ahead,
    }),
    type('set', {
      values: fc.record({ text: words }),
      compute: fc.record({ count: fc.constantFrom('count + 1', 'size(list)') }),
      next: ahead,
    }),
    type('http', {
      ...request,
      save: fc.constant({ count: '$.n', person: '$.p' }),
      on: on(['ok', '404', 'timeout', 'error'], ahead),
    }),
    type('converse', {
      goal: words,
      exits: fc.constant({ done: 'Done.' }),
      collect: fc.constant({ text: 'Name', count: 'How many' }),
      on: on(['done', 'turnLimit', 'noInput', 'unavailable'], to),
    }),
    type('transfer', {
      to: fc.constantFrom('+4930123456', 'sip:{{text}}@pbx.example'),
      on: on(['connected', 'failed', 'busy'], to),
    }),
    type('wait', { ms: fc.integer({ min: 1, max: 1_000 }), next: to }),
    type('emit', { event: fc.constant('seen'), data: fc.constant({ a: ['{{person}}', '{{text}}!'] }), next: ahead }),
    type('hangup', { outcome: fc.constant('done') }),
    type('hangup', { say: words }),
  );
}

/** Documents of which most validate. */
export const flowDocument = fc.integer({ min: 1, max: 10 }).chain((size) => {
  const names = Array.from({ length: size }, (_, i) => `n${i}`);
  return fc.tuple(...names.map((_, i) => node(names, names.slice(i + 1)))).map((nodes) =>
    document({
      ...Object.fromEntries(nodes.map((each, i) => [names[i], each])),
      bye: { type: 'hangup', say: 'Bye.' },
    }),
  );
});

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('..', '{{secrets.KEY}}', 'x'.repeat(3_000)),
);

export const variables = fc.record(
  { text, count: fc.integer(), sure: fc.boolean(), person: fc.constant({ age: 20 }), list: fc.constant([1]) },
  { requiredKeys: [] },
);

/** Any event at all, whether or not it fits. */
export const anyEvent: fc.Arbitrary<FlowEvent> = fc.oneof(
  fc.constantFrom<FlowEvent>(
    { kind: 'said' },
    { kind: 'noInput' },
    { kind: 'noMatch' },
    { kind: 'waited' },
    { kind: 'emitted' },
  ),
  fc.record({
    kind: fc.constant('answered' as const),
    value: fc.oneof(text, fc.constantFrom('yes', 'no', '42', '7', 'constructor')),
  }),
  fc.record({
    kind: fc.constant('responded' as const),
    status: fc.constantFrom(200, 204, 302, 404, 500),
    values: fc.record({ count: fc.oneof(fc.integer(), json), person: json }, { requiredKeys: [] }),
  }),
  fc.record({
    kind: fc.constant('conversed' as const),
    outcome: fc.constantFrom('done', 'turnLimit', 'noInput', 'unavailable', 'toString'),
    collected: fc.dictionary(fc.constantFrom('text', 'count', 'other'), json),
  }),
  fc.record({
    kind: fc.constant('transferred' as const),
    outcome: fc.constantFrom('connected' as const, 'failed' as const, 'busy' as const),
  }),
  fc.record({
    kind: fc.constant('failed' as const),
    cause: fc.constantFrom('timeout' as const, 'error' as const),
    detail: fc.string(),
  }),
);

const EXPECTED: Record<NodeCommand['kind'], FlowEvent['kind'][]> = {
  say: ['said', 'failed'],
  ask: ['answered', 'noInput', 'noMatch', 'failed'],
  http: ['responded', 'failed'],
  converse: ['conversed', 'failed'],
  transfer: ['transferred', 'failed'],
  wait: ['waited', 'failed'],
  emit: ['emitted', 'failed'],
};

export const fits = (command: NodeCommand, event: FlowEvent): boolean => EXPECTED[command.kind].includes(event.kind);
