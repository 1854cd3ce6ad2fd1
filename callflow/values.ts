import type { Flow, Json, Variables, VariableType } from '../contract/flow.js';
import { LIMITS } from './limits.js';

export const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

export const isVariableType = (value: Json, type: VariableType): boolean =>
  typeOf(value) === type && (typeof value !== 'number' || Number.isFinite(value));

/** Why a value cannot be the variable's, or undefined when it can. */
export function misfit(flow: Pick<Flow, 'id' | 'vars'>, name: string, value: Json): string | undefined {
  const declared = own(flow.vars, name);
  if (!declared) return `flow "${flow.id}" declares no variable "${name}"`;
  if (!isVariableType(value, declared.type)) return `"${name}" must be a ${declared.type}, not ${describe(value)}`;
  if (depthOver(value, LIMITS.valueDepth))
    return `"${name}" is nested too deeply (${LIMITS.valueDepth} levels at most)`;
  if (sizeOf(value) > LIMITS.valueSize) return `"${name}" is too large (${LIMITS.valueSize} characters at most)`;
  return undefined;
}

/** The variables with new values, or why they do not fit. A null makes a variable unset. */
export function assign(
  flow: Pick<Flow, 'id' | 'vars'>,
  vars: Variables,
  values: Variables,
): { vars: Variables } | { misfit: string } {
  const result = { ...vars };
  for (const [name, value] of Object.entries(values)) {
    const why = value === null ? undefined : misfit(flow, name, value);
    if (why !== undefined) return { misfit: why };
    if (value === null) delete result[name];
    else result[name] = value;
  }
  if (sizeOf(result) > LIMITS.variablesSize)
    return { misfit: `the variables are too large together (${LIMITS.variablesSize} characters at most)` };
  return { vars: result };
}

/** A field of its own, never one that every object inherits. */
export const own = <T>(record: Record<string, T> | null | undefined, key: string): T | undefined =>
  record && Object.hasOwn(record, key) ? record[key] : undefined;

const describe = (value: Json): string => (typeof value === 'number' ? String(value) : typeOf(value));

const sizeOf = (value: Json): number => JSON.stringify(value).length;

function depthOver(value: Json, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  return levels === 0 || Object.values(value).some((part) => depthOver(part, levels - 1));
}
