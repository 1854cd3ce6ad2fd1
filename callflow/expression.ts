import jsep from 'jsep';
import type { Json, Variables } from '../contract/flow.js';
import { own, typeOf } from './values.js';

/**
 * Small expressions for `branch` and `set`. jsep only parses: it is kept up, has no dependencies, 28 kB, and no eval,
 * which suits the workflow's sandbox. What may be computed is all in this file: no loops, no patterns, no clock.
 * Nothing throws: what makes no sense, such as "a" * 2 or a part of an unset variable, is null, and null is not true.
 */
export const evaluate = (source: string, vars: Variables): Json => value(parse(source), vars);

export const isTrue = (source: string, vars: Variables): boolean => evaluate(source, vars) === true;

/** Throws when the source is no expression; validation finds that first. */
export const parse = (source: string): Part => jsep(source) as Part;

/** What is left of jsep's syntax tree; `check-expression` refuses all else. */
export type Part =
  | jsep.Literal
  | jsep.Identifier
  | jsep.MemberExpression
  | jsep.UnaryExpression
  | jsep.BinaryExpression
  | jsep.ConditionalExpression
  | jsep.CallExpression
  | jsep.ArrayExpression;

const numbers = (compute: (a: number, b: number) => number) => (a: Json, b: Json) =>
  typeof a === 'number' && typeof b === 'number' ? finite(compute(a, b)) : null;

const ordered = (compare: (a: number | string, b: number | string) => boolean) => (a: Json, b: Json) =>
  (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string')
    ? compare(a, b)
    : null;

export const OPERATORS: Record<string, (a: Json, b: Json) => Json> = {
  '==': (a, b) => equal(a, b),
  '!=': (a, b) => !equal(a, b),
  '<': ordered((a, b) => a < b),
  '<=': ordered((a, b) => a <= b),
  '>': ordered((a, b) => a > b),
  '>=': ordered((a, b) => a >= b),
  '+': (a, b) => (typeof a === 'string' && typeof b === 'string' ? a + b : numbers((x, y) => x + y)(a, b)),
  '-': numbers((a, b) => a - b),
  '*': numbers((a, b) => a * b),
  '/': numbers((a, b) => a / b),
  '%': numbers((a, b) => a % b),
};

const FUNCTIONS: Record<string, (...args: Json[]) => Json> = {
  size: (of = null) =>
    typeof of === 'string' ? of.length : of !== null && typeof of === 'object' ? Object.keys(of).length : null,
  contains: (all = null, part = null) =>
    Array.isArray(all)
      ? all.some((one) => equal(one, part))
      : typeof all === 'string' && typeof part === 'string'
        ? all.includes(part)
        : null,
  startsWith: (text = null, part = null) =>
    typeof text === 'string' && typeof part === 'string' ? text.startsWith(part) : null,
  lower: (text = null) => (typeof text === 'string' ? text.toLowerCase() : null),
  number: (of = null) =>
    typeof of === 'number' ? of : typeof of === 'string' && of.trim() !== '' ? finite(Number(of)) : null,
  string: (of = null) => (of === null ? null : typeof of === 'object' ? JSON.stringify(of) : String(of)),
};

function value(part: Part, vars: Variables): Json {
  const of = (inner: unknown) => value(inner as Part, vars);
  switch (part.type) {
    case 'Literal':
      return part.value as Json;
    case 'Identifier':
      return own(vars, part.name) ?? null;
    case 'MemberExpression':
      return member(of(part.object), part.computed ? of(part.property) : (part.property as jsep.Identifier).name);
    case 'UnaryExpression':
      return unary(part.operator, of(part.argument));
    case 'BinaryExpression':
      if (part.operator === '&&') return of(part.left) === true && of(part.right) === true;
      if (part.operator === '||') return of(part.left) === true || of(part.right) === true;
      return own(OPERATORS, part.operator)?.(of(part.left), of(part.right)) ?? null;
    case 'ConditionalExpression':
      return of(part.test) === true ? of(part.consequent) : of(part.alternate);
    case 'CallExpression':
      return own(FUNCTIONS, (part.callee as jsep.Identifier).name)?.(...part.arguments.map(of)) ?? null;
    case 'ArrayExpression':
      return part.elements.map(of);
  }
}

function member(of: Json, key: Json): Json {
  if (of === null || typeof of !== 'object' || (typeof key !== 'string' && typeof key !== 'number')) return null;
  return own(of as Record<string, Json>, String(key)) ?? null;
}

function unary(operator: string, of: Json): Json {
  if (operator === '!') return of !== true;
  return typeof of === 'number' ? (operator === '-' ? -of : of) : null;
}

/** Objects and arrays are equal to nothing; compare what is in them. */
const equal = (a: Json, b: Json): boolean => a === b && typeOf(a) !== 'object' && typeOf(a) !== 'array';

const finite = (result: number): number | null => (Number.isFinite(result) ? result : null);
