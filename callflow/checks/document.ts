import { LIMITS } from '../limits.js';
import type { FlowError } from './errors.js';
import { flowError } from './errors.js';

/**
 * Refuses what is no reasonable JSON before anything looks closer: too large, too deep, or cyclic, which is endlessly
 * deep. Walks without recursion and stops at the first limit, so that it takes milliseconds whatever it is given.
 */
export function checkDocument(document: unknown): FlowError[] {
  const open: { value: unknown; path: PropertyKey[] }[] = [{ value: document, path: [] }];
  let values = 0;
  let size = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path } = next;
    if (++values > LIMITS.documentValues) return refuse(`has more than ${LIMITS.documentValues} values`);
    if (typeof value === 'string') size += value.length;
    else if (!isPlain(value)) return [flowError(path, 'is not JSON')];
    else if (value !== null && typeof value === 'object') {
      if (path.length >= LIMITS.documentDepth) return refuse(`is nested deeper than ${LIMITS.documentDepth} levels`);
      const keys = Object.keys(value);
      if (keys.length + values > LIMITS.documentValues) return refuse(`has more than ${LIMITS.documentValues} values`);
      for (const key of keys) {
        size += key.length;
        open.push({ value: (value as Record<string, unknown>)[key], path: [...path, key] });
      }
    }
    if (size > LIMITS.documentSize) return refuse(`has more than ${LIMITS.documentSize} characters`);
  }
  return [];
}

const refuse = (why: string): FlowError[] => [flowError([], `the document ${why}`)];

function isPlain(value: unknown): boolean {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Array.isArray(value);
}
