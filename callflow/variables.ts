import type { Flow, Json, Variables } from '../contract/flow.js';
import { checkDocument } from './checks/document.js';
import type { FlowError } from './checks/errors.js';
import { flowError } from './checks/errors.js';
import { assign, misfit, own } from './values.js';

type VariablesResult = { ok: true; variables: Variables } | { ok: false; errors: FlowError[] };

/** Checks what a call is started with against what the flow declares, and fills in the defaults. */
export function checkVariables(flow: Pick<Flow, 'id' | 'vars'>, variables: unknown): VariablesResult {
  const unfit = checkDocument(variables);
  if (unfit.length > 0) return { ok: false, errors: unfit };
  if (variables === null || typeof variables !== 'object' || Array.isArray(variables))
    return { ok: false, errors: [flowError([], 'variables must be an object')] };
  const given = variables as Variables;
  const declared = Object.entries(flow.vars ?? {});
  const errors = [
    ...Object.entries(given).flatMap(([name, value]) => {
      const why = misfit(flow, name, value);
      return why === undefined ? [] : [flowError([name], why)];
    }),
    ...declared
      .filter(([name, { required }]) => required && own(given, name) === undefined)
      .map(([name]) => flowError([name], `"${name}" is required`)),
  ];
  const defaults = declared.flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const all: Record<string, Json> = { ...Object.fromEntries(defaults), ...given };
  const assigned = errors.length > 0 ? undefined : assign(flow, {}, all);
  if (assigned && 'vars' in assigned) return { ok: true, variables: assigned.vars };
  return { ok: false, errors: assigned ? [flowError([], assigned.misfit)] : errors };
}
