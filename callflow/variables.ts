import type { Flow, Json, Variables } from '../contract/flow.js';
import type { FlowError } from './validate.js';

type VariablesResult = { ok: true; variables: Variables } | { ok: false; errors: FlowError[] };

/** Checks what a call is started with against what the flow declares, and fills in the defaults. */
export function checkVariables(flow: Flow, variables: unknown): VariablesResult {
  if (variables === null || typeof variables !== 'object' || Array.isArray(variables)) {
    return { ok: false, errors: [{ pointer: '', message: 'variables must be an object' }] };
  }
  const declared = flow.vars ?? {};
  const given = variables as Record<string, Json>;
  const errors: FlowError[] = [];
  const result: Variables = {};
  for (const key of Object.keys(given).filter((key) => !Object.hasOwn(declared, key))) {
    errors.push({ pointer: `/${key}`, message: `flow "${flow.id}" declares no variable "${key}"` });
  }
  for (const [key, { type, default: fallback, required }] of Object.entries(declared)) {
    const value = Object.hasOwn(given, key) ? given[key] : fallback;
    if (value === undefined) {
      if (required) errors.push({ pointer: `/${key}`, message: `"${key}" is required` });
    } else if (typeOf(value) !== type) {
      errors.push({ pointer: `/${key}`, message: `"${key}" must be of type ${type}, not ${typeOf(value)}` });
    } else result[key] = value;
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, variables: result };
}

export const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
