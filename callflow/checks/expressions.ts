import type jsep from 'jsep';
import type { Flow } from '../../contract/flow.js';
import type { Part } from '../expression.js';
import { OPERATORS, parse } from '../expression.js';
import { own } from '../values.js';

/** What an expression gives. `any`: known only when it runs, such as a part of an object. */
export type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'null' | 'any';

const DEEPEST = 30;

const SIGNATURES: Record<string, { args: Kind[][]; gives: Kind }> = {
  size: { args: [['string', 'array', 'object']], gives: 'number' },
  contains: {
    args: [
      ['string', 'array'],
      ['string', 'number', 'boolean'],
    ],
    gives: 'boolean',
  },
  startsWith: { args: [['string'], ['string']], gives: 'boolean' },
  lower: { args: [['string']], gives: 'string' },
  number: { args: [['string', 'number']], gives: 'number' },
  string: { args: [['string', 'number', 'boolean', 'object', 'array']], gives: 'string' },
};

class Problem extends Error {}

/** The kind of an expression's value, or what is wrong with it: syntax, unknown names, types that do not go together. */
export function checkExpression(source: string, vars: Flow['vars']): { kind: Kind } | { problem: string } {
  let tree: Part;
  try {
    tree = parse(source);
  } catch (error) {
    return { problem: `is not an expression: ${(error as Error).message}` };
  }
  try {
    return { kind: kindOf(tree, vars, 0) };
  } catch (error) {
    if (error instanceof Problem) return { problem: error.message };
    throw error;
  }
}

function kindOf(part: Part, vars: Flow['vars'], depth: number): Kind {
  if (depth > DEEPEST) throw new Problem('is nested too deeply: split it over several nodes');
  const of = (inner: unknown) => kindOf(inner as Part, vars, depth + 1);
  const need = (inner: unknown, ...kinds: Kind[]) => expectKind(of(inner), kinds);
  switch (part.type) {
    case 'Literal':
      return literal(part.value);
    case 'Identifier': {
      const declared = own(vars, part.name);
      if (!declared) throw new Problem(`no variable "${part.name}" is declared`);
      return declared.type;
    }
    case 'MemberExpression': {
      need(part.object, 'object', 'array', 'null');
      if (part.computed) need(part.property, 'string', 'number');
      return 'any';
    }
    case 'UnaryExpression':
      if (part.operator === '!') return need(part.argument, 'boolean', 'null');
      if (part.operator !== '-') throw new Problem(`"${part.operator}" is not supported`);
      return need(part.argument, 'number');
    case 'BinaryExpression':
      return binary(part, of);
    case 'ConditionalExpression': {
      need(part.test, 'boolean');
      const [yes, no] = [of(part.consequent), of(part.alternate)];
      return yes === no ? yes : 'any';
    }
    case 'CallExpression': {
      const name = part.callee.type === 'Identifier' ? (part.callee as jsep.Identifier).name : '';
      const signature = own(SIGNATURES, name);
      if (!signature) throw new Problem(`the functions are ${Object.keys(SIGNATURES).join(', ')}`);
      const { args, gives } = signature;
      if (part.arguments.length !== args.length) throw new Problem(`${name} takes ${args.length} argument(s)`);
      args.forEach((kinds, i) => need(part.arguments[i], ...kinds));
      return gives;
    }
    case 'ArrayExpression':
      part.elements.forEach((element) => {
        if (!element) throw new Problem('a list has an empty place');
        of(element);
      });
      return 'array';
    default:
      throw new Problem('must be one expression, such as: age >= 18 && city == "Rome"');
  }
}

function binary({ operator, left, right }: jsep.BinaryExpression, of: (part: unknown) => Kind): Kind {
  const [a, b] = [of(left), of(right)];
  if (operator === '&&' || operator === '||') {
    [a, b].forEach((kind) => expectKind(kind, ['boolean']));
    return 'boolean';
  }
  if (!Object.hasOwn(OPERATORS, operator)) throw new Problem(`"${operator}" is not supported`);
  const loose = a === 'any' || b === 'any';
  if (operator === '==' || operator === '!=') {
    if (!loose && a !== b && a !== 'null' && b !== 'null') throw new Problem(`${a} ${operator} ${b} is never the same`);
    if ([a, b].some((kind) => kind === 'object' || kind === 'array') && a !== 'null' && b !== 'null')
      throw new Problem(`"${operator}" does not compare objects or arrays: compare what is in them`);
    return 'boolean';
  }
  const words = operator !== '-' && operator !== '*' && operator !== '/' && operator !== '%';
  const known = a === 'any' ? b : a;
  [a, b].forEach((kind) => expectKind(kind, words ? ['number', 'string'] : ['number']));
  if (!loose && a !== b) throw new Problem(`${a} ${operator} ${b} does not go together: use number() or string()`);
  return operator === '+' ? known : words ? 'boolean' : 'number';
}

function expectKind(kind: Kind, kinds: Kind[]): Kind {
  if (kind !== 'any' && !kinds.includes(kind)) throw new Problem(`a ${kind} stands where a ${kinds[0]} should`);
  return kind;
}

function literal(value: unknown): Kind {
  if (value === null) return 'null';
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Problem('a number is too large');
  return typeof value as Kind;
}
