import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mermaid } from '../../../callflow/graph.js';
import type { FlowEvent, Step } from '../../../callflow/interpreter.js';
import { start, step } from '../../../callflow/interpreter.js';
import { LIMITS } from '../../../callflow/limits.js';
import { checkVariables, validateFlow } from '../../../callflow/validate.js';
import type { Flow, Json, Variables } from '../../../contract/flow.js';
import { anyEvent, fits, flowDocument, variables } from './random-flows.js';

/** So that a step that writes to what it was given is an error. */
function frozen<T>(value: T): T {
  if (value !== null && typeof value === 'object') Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

/** Runs a flow on events for as long as both last, and checks every step on the way. */
function run(flow: Flow, given: Variables, events: FlowEvent[], onlyFitting: boolean): Step {
  const seen = new Set<string>();
  let now = start(flow, given);
  expect(start(flow, given)).toEqual(now);
  check(now, seen);
  for (const event of events) {
    if (now.command.kind === 'end') break;
    if (onlyFitting && !fits(now.command, event)) continue;
    const next = step(flow, frozen(now.state), event);
    expect(step(flow, now.state, event)).toEqual(next);
    check(next, seen);
    now = next;
  }
  return now;
}

/** It ends or waits for an event; its state is plain, small JSON; each visit has a name of its own. */
function check({ state, command }: Step, seen: Set<string>): void {
  const text = JSON.stringify(state);
  expect(JSON.parse(text)).toEqual(state);
  expect(text.length).toBeLessThan(LIMITS.variablesSize + 1_000);
  expect(JSON.parse(JSON.stringify(command))).toEqual(command);
  expect(command.kind === 'end').toBe(state.node === null);
  if (command.kind === 'end') return;
  expect(command.node).toBe(state.node);
  expect(seen).not.toContain(command.nodeRunId);
  seen.add(command.nodeRunId);
}

/** Most random documents validate; the rest is left out. */
const valid = flowDocument
  .map((document) => validateFlow(document))
  .filter((checked) => checked.ok)
  .map(({ flow }) => frozen(flow));
const fitting = fc.tuple(valid, variables).map(([flow, given]) => ({ flow, given: checkVariables(flow, given) }));

describe('random flows', () => {
  it('end or wait, whatever happens', () => {
    fc.assert(
      fc.property(fitting, fc.array(anyEvent, { maxLength: 40 }), ({ flow, given }, events) => {
        fc.pre(given.ok);
        if (given.ok) run(flow, frozen(given.variables), events, false);
      }),
      { numRuns: 200 },
    );
  });

  it('end as their authors wrote when the events fit', () => {
    fc.assert(
      fc.property(fitting, fc.array(anyEvent, { maxLength: 200 }), ({ flow, given }, events) => {
        fc.pre(given.ok);
        if (!given.ok) return;
        const { command } = run(flow, frozen(given.variables), events, true);
        // Text that grows in a loop is the one fault that cannot be foreseen.
        if (command.kind === 'end' && command.reason === 'orchestrator-error')
          expect(command.detail).toContain('too large');
      }),
      { numRuns: 200 },
    );
  });

  it('can be drawn', () => {
    fc.assert(
      fc.property(valid, (flow) => mermaid(flow).startsWith('flowchart TD\n')),
      { numRuns: 50 },
    );
  });
});

describe('random faults in a real flow', () => {
  const file = new URL('../../../flows/appointment.json', import.meta.url);
  const original = JSON.parse(readFileSync(file, 'utf8')) as Json;
  const places = pathsOf(original);
  const junk = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
    fc.constantFrom<Json>(null, 'bye', 'ask', '__proto__', '{{', '{{x}}', '{{secrets.KEY}}', 1e308, -1, '', [], {}),
    fc.constantFrom(...places.map((path) => at(original, path))),
  );
  const faults = fc.array(fc.tuple(fc.constantFrom(...places), junk), { minLength: 1, maxLength: 3 });

  it('never make validation throw, nor the interpreter when they pass', () => {
    fc.assert(
      fc.property(faults, fc.array(anyEvent, { maxLength: 10 }), (changes, events) => {
        const document = structuredClone(original);
        for (const [path, value] of changes) put(document, path, structuredClone(value));
        const checked = validateFlow(document);
        if (!checked.ok) return checked.errors.forEach(({ pointer }) => expect(pointer).toMatch(/^(\/|$)/));
        const given = checkVariables(checked.flow, {});
        if (given.ok) run(checked.flow, given.variables, events, false);
      }),
      { numRuns: 400 },
    );
  });

  it('never make any document at all throw', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 4 }), (document) => !validateFlow(document).ok),
      { numRuns: 300 },
    );
  });
});

type Path = (string | number)[];

function pathsOf(value: Json, path: Path = []): Path[] {
  const inside = value !== null && typeof value === 'object' ? Object.entries(value) : [];
  return [...(path.length > 0 ? [path] : []), ...inside.flatMap(([key, part]) => pathsOf(part, [...path, key]))];
}

const at = (value: Json, path: Path): Json => path.reduce<Json>((inner, key) => (inner as never)[key], value);

function put(document: Json, path: Path, value: Json): void {
  let inner: unknown = document;
  for (const key of path.slice(0, -1)) {
    if (inner === null || typeof inner !== 'object') return;
    inner = (inner as Record<string, unknown>)[key];
  }
  if (inner !== null && typeof inner === 'object') (inner as Record<string, unknown>)[path.at(-1)!] = value;
}
