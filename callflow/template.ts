import type { Json, Variables } from '../contract/flow.js';

const PLACEHOLDER = /\{\{\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*\}\}/g;

/** Fills `{{name}}` with the variable's value as people would read it; a missing one is silent. */
export const fillText = (template: string, vars: Variables): string =>
  template.replace(PLACEHOLDER, (_, path: string) => asText(lookUp(vars, path)));

function lookUp(vars: Variables, path: string): Json | undefined {
  let value: Json | undefined = vars;
  for (const key of path.split('.')) {
    if (value === null || typeof value !== 'object' || Array.isArray(value) || !Object.hasOwn(value, key)) return;
    value = value[key];
  }
  return value;
}

const asText = (value: Json | undefined): string =>
  value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
