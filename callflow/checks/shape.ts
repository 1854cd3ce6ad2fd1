import type { z } from 'zod';
import type { Flow } from '../../contract/flow.js';
import { nodeSchema } from '../schema.js';
import { noInput, variable } from '../schema-parts.js';
import type { FlowError } from './errors.js';
import { flowError } from './errors.js';

/** Says a schema's complaints in the words of the file. */
export function checkShape<T>(schema: z.ZodType<T>, document: unknown): { data?: T; errors: FlowError[] } {
  const parsed = schema.safeParse(document, { error: plainWords });
  return parsed.success ? { data: parsed.data, errors: [] } : { errors: parsed.error.issues.flatMap(asErrors) };
}

const plainWords: z.core.$ZodErrorMap = (issue) =>
  issue.code === 'invalid_type' && issue.input === undefined ? 'is missing' : undefined;

function asErrors(issue: z.core.$ZodIssue): FlowError[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => flowError([...issue.path, key], `unknown field "${key}"`));
    case 'invalid_key':
      return [flowError(issue.path, `the name ${issue.issues[0]?.message ?? issue.message}`)];
    case 'invalid_union':
      return [flowError(issue.path, oneOf((issue as { options?: unknown[] }).options) ?? issue.message)];
    default:
      return [flowError(issue.path, issue.message)];
  }
}

const oneOf = (options?: unknown[]): string | undefined => options && `must be one of ${options.join(', ')}`;

/**
 * What is left of a document that does not fit: the nodes that do, so that their own faults are told in the same go.
 * Other nodes' names stay known; a variable that does not fit is of a type that suits everything.
 */
export function soundParts(document: unknown): Flow {
  const { id, start, vars, defaults, nodes } = record(document);
  const known = Object.entries(record(vars)).map(([name, declared]) => [
    name,
    variable.safeParse(declared).success ? declared : { type: 'any' },
  ]);
  const sound = Object.entries(record(nodes)).filter(([, node]) => nodeSchema.safeParse(node).success);
  return {
    schema: 'callflow/v1',
    id: String(id),
    start: String(start),
    vars: Object.fromEntries(known),
    defaults: { ...soundDefault(defaults, 'noInput'), ...soundDefault(defaults, 'noMatch') },
    nodes: Object.fromEntries(sound),
  } as Flow;
}

/** One that does not fit still counts as a way out: that it is missing would be a second error for one fault. */
function soundDefault(defaults: unknown, missed: 'noInput' | 'noMatch'): Flow['defaults'] {
  const rule = record(defaults)[missed];
  if (rule === undefined) return {};
  const parsed = noInput.safeParse(rule);
  return { [missed]: parsed.success ? parsed.data : { goto: null } };
}

export const record = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
