import { describe, expect, it } from 'vitest';
import { checkExpression } from '../../../callflow/checks/expressions.js';
import { evaluate } from '../../../callflow/expression.js';
import { VARS } from './flows.js';

const vars = { text: 'Rome', count: 3, sure: true, person: { age: 40, tags: ['a', 'b'] }, list: [1, 'two'] };

describe('evaluate', () => {
  it.each([
    ['count + 1', 4],
    ['count * 2 - 1 == 5 && sure', true],
    ['-count % 2', -1],
    ['text + "!"', 'Rome!'],
    ['text < "Sofia" || false', true],
    ['person.age >= 18', true],
    ['person["tags"][1]', 'b'],
    ['contains(person.tags, "a") && contains(text, "om")', true],
    ['size(list) + size(text) + size(person)', 8],
    ['lower(text) == "rome" ? "yes" : "no"', 'yes'],
    ['startsWith(text, "R")', true],
    ['number("4.5") + 1', 5.5],
    ['string(count) + "rd"', '3rd'],
    ['contains([1, 2, count], 3)', true],
    ['!sure', false],
    // What makes no sense is null, and null is not true.
    ['count / 0', null],
    ['person.name.first', null],
    ['person.constructor', null],
    ['person.age > "x"', null],
    ['list[7] == null', true],
    ['number("many")', null],
    ['!person.unknown', true],
  ])('%s is %j', (source, value) => {
    expect(checkExpression(source, VARS)).not.toHaveProperty('problem');
    expect(evaluate(source, vars)).toEqual(value);
  });

  it('treats every unset variable as null', () => {
    expect(evaluate('count > 1', {})).toBe(null);
    expect(evaluate('sure && true', {})).toBe(false);
    expect(evaluate('text == null', {})).toBe(true);
  });
});

describe('checkExpression', () => {
  it.each([
    ['count +', 'not an expression'],
    ['count = 1', 'not an expression'],
    ['a b', 'one expression'],
    ['', 'one expression'],
    ['1; 2', 'one expression'],
    ['this', 'one expression'],
    ['nope == 1', 'no variable "nope"'],
    ['constructor', 'no variable "constructor"'],
    ['__proto__.x', 'no variable "__proto__"'],
    ['eval("1")', 'the functions are'],
    ['toString()', 'the functions are'],
    ['text.at(0)', 'the functions are'],
    ['size()', 'takes 1 argument'],
    ['size(count)', 'a number stands where a string should'],
    ['text > 1', 'does not go together'],
    ['text == 1', 'is never the same'],
    ['text + count', 'does not go together'],
    ['count && sure', 'a number stands where a boolean should'],
    ['text.length', 'a string stands where a object should'],
    ['person == person', 'does not compare objects'],
    ['count === 1', '"===" is not supported'],
    ['count | 1', '"|" is not supported'],
    ['~count', '"~" is not supported'],
    ['1e999', 'too large'],
    ['[,1]', 'empty place'],
    ['!'.repeat(100) + 'sure', 'nested too deeply'],
  ])('refuses %s', (source, problem) => {
    expect(checkExpression(source, VARS)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
