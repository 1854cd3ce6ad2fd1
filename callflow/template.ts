import type { Json, Variables } from '../contract/flow.js';
import type { Filled } from './commands.js';
import { LIMITS } from './limits.js';
import { own } from './values.js';

/** `{{name}}`, or `{{name.part.0}}` for what is inside an object or array. */
const PLACEHOLDER = /\{\{\s*([A-Za-z]\w*(?:\.\w+)*)\s*\}\}/g;
const WHOLE = new RegExp(`^${PLACEHOLDER.source}$`);

/** One spoken or sent value; longer ones are cut, since nobody listens to them. */
const LONGEST_VALUE = 1_000;

/** The paths that a template names. */
export const placeholders = (template: string): string[] =>
  Array.from(template.matchAll(PLACEHOLDER), (match) => match[1] ?? '');

/** The path of a template that is one placeholder and nothing else. */
export const wholePlaceholder = (template: string): string | undefined => WHOLE.exec(template)?.[1];

/** True when braces are left over that no placeholder explains. */
export const isMalformed = (template: string): boolean => template.replace(PLACEHOLDER, '').includes('{{');

/**
 * Words to be spoken. Values are cleaned of what a speech engine could take for markup; a missing one is silent. Many
 * values together are cut: what is said is part of the call's history and result.
 */
export const fillText = (template: string, vars: Variables, longest: number = LIMITS.textSize): string =>
  template
    .replace(PLACEHOLDER, (_, path: string) =>
      asText(lookUp(vars, path))
        .replace(/[\p{Cc}\p{Cs}<>]+/gu, ' ')
        .slice(0, LONGEST_VALUE),
    )
    .slice(0, longest);

/** JSON with templates in its strings; a string that is one placeholder becomes the value itself, type and all. */
export function fillJson(template: Json, vars: Variables): Json {
  if (typeof template === 'string') {
    const path = wholePlaceholder(template);
    if (path !== undefined) return lookUp(vars, path) ?? null;
    return template.replace(PLACEHOLDER, (_, path: string) => asText(lookUp(vars, path)));
  }
  if (template === null || typeof template !== 'object') return template;
  if (Array.isArray(template)) return template.map((part) => fillJson(part, vars));
  return Object.fromEntries(Object.entries(template).map(([key, part]) => [key, fillJson(part, vars)]));
}

/** A header: values lose line breaks, so that none can add a header of its own. */
export const fillLine = (template: string, vars: Variables): Filled =>
  fillParts(template, vars, (value) => value.replace(/[\p{Cc}\p{Cs}]+/gu, ' '));

/** Where a call is transferred to: a value that is only a part of the address cannot name another host. */
export const fillAddress = (template: string, vars: Variables): Filled =>
  wholePlaceholder(template) === undefined
    ? fillParts(template, vars, (value) => value.replace(/[^\w.+*#-]/g, ''))
    : fillLine(template, vars);

/** A URL: values are encoded, so that none can reach into another part of it. */
export const fillUrl = (template: string, vars: Variables): Filled =>
  fillParts(template, vars, (value) => encodeURIComponent(value.replace(/\p{Cs}/gu, '\uFFFD')));

/** True for the names that only an executor may look up. */
export const isReference = (path: string): boolean => /^(config|secrets)\./.test(path);

function fillParts(template: string, vars: Variables, escape: (value: string) => string): Filled {
  const parts: (string | { ref: string })[] = [];
  const addText = (text: string) => {
    const last = parts.at(-1);
    if (typeof last === 'string') parts[parts.length - 1] = last + text;
    else if (text !== '') parts.push(text);
  };
  let from = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const path = match[1] ?? '';
    addText(template.slice(from, match.index));
    if (isReference(path)) parts.push({ ref: path });
    else addText(escape(asText(lookUp(vars, path)).slice(0, LONGEST_VALUE)));
    from = match.index + match[0].length;
  }
  addText(template.slice(from));
  return parts.every((part) => typeof part === 'string') ? parts.join('') : parts;
}

export function lookUp(vars: Variables, path: string): Json | undefined {
  let value: Json | undefined = vars;
  for (const key of path.split('.')) {
    if (value === null || typeof value !== 'object') return undefined;
    value = own(value as Record<string, Json>, key);
  }
  return value;
}

const asText = (value: Json | undefined): string =>
  value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
