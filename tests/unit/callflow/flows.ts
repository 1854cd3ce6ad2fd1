import { expect } from 'vitest';
import { validateFlow } from '../../../callflow/validate.js';
import type { ValidateOptions } from '../../../callflow/validate.js';
import type { Command, FlowEvent, NodeCommand } from '../../../callflow/interpreter.js';
import { start, step } from '../../../callflow/interpreter.js';
import type { Flow, FlowNode, Variables } from '../../../contract/flow.js';

export const VARS: NonNullable<Flow['vars']> = {
  text: { type: 'string' },
  count: { type: 'number', default: 0 },
  sure: { type: 'boolean' },
  person: { type: 'object' },
  list: { type: 'array' },
};

/** A document with these nodes, beginning with the first. */
export const document = (nodes: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  schema: 'callflow/v1',
  id: 'test',
  start: Object.keys(nodes)[0],
  vars: VARS,
  nodes,
  ...more,
});

/** The same as a flow; throws when it does not validate, so that no test runs on a flow that could not be started. */
export function flowOf(nodes: Record<string, FlowNode>, more: Partial<Flow> = {}, options?: ValidateOptions): Flow {
  const checked = validateFlow(document(nodes, more), options);
  if (!checked.ok) throw new Error(JSON.stringify(checked.errors, null, 2));
  return checked.flow;
}

/** Pointer → message of all that is wrong. */
export function errorsOf(value: unknown, options?: ValidateOptions): Record<string, string> {
  const checked = validateFlow(value, options);
  return checked.ok ? {} : Object.fromEntries(checked.errors.map(({ pointer, message }) => [pointer, message]));
}

/** All commands of a flow when these are the events. */
export function play(
  flow: Flow,
  events: FlowEvent[],
  variables: Variables = {},
): { commands: Command[]; vars: Variables } {
  let now = start(flow, variables);
  const commands = [now.command];
  for (const event of events) {
    now = step(flow, now.state, event);
    commands.push(now.command);
  }
  return { commands, vars: now.state.vars };
}

/** The first command, which must be of this kind. */
export function firstOf<K extends NodeCommand['kind']>(flow: Flow, kind: K, variables: Variables = {}) {
  const { command } = start(flow, variables);
  if (command.kind !== kind) throw new Error(`expected ${kind}, not ${JSON.stringify(command)}`);
  return command as Extract<NodeCommand, { kind: K }>;
}

/** What the checks keep off takes many seconds, or for ever. Milliseconds of CPU: a busy machine costs none. */
const QUICK_MS = 2_000;

export function quickly<T>(run: () => T): T {
  const before = process.cpuUsage();
  const result = run();
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(QUICK_MS);
  return result;
}
