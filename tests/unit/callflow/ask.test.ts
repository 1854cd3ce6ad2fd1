import { describe, expect, it } from 'vitest';
import { expectedAnswer, matchAnswer } from '../../../callflow/answer.js';
import type { ExpectedAnswer } from '../../../callflow/interpreter.js';
import type { AskNode } from '../../../contract/flow.js';
import { firstOf, flowOf, play } from './flows.js';

const ask = (more: Partial<AskNode> = {}): AskNode => ({
  type: 'ask',
  prompt: 'Will you come, {{text}}?',
  expect: { kind: 'choice', options: { yes: ['yes', 'sure'], no: ['no'] }, dtmf: { '1': 'yes', '2': 'no' } },
  on: { yes: 'good', no: 'bad' },
  ...more,
});
const ends = {
  good: { type: 'hangup', outcome: 'good' },
  bad: { type: 'hangup', outcome: 'bad' },
  lost: { type: 'hangup', outcome: 'lost' },
} as const;
const defaults = {
  language: 'en',
  noInput: { timeoutMs: 4_000, retries: 2, say: 'Hello?', goto: 'lost' },
  noMatch: { retries: 1, say: 'Sorry, {{text}}?', goto: 'bad' },
};

describe('ask', () => {
  it('tells an executor all it needs', () => {
    const flow = flowOf({ ask: ask(), ...ends }, { defaults });
    expect(firstOf(flow, 'ask', { text: 'Ann' })).toEqual({
      kind: 'ask',
      node: 'ask',
      nodeRunId: '1-ask',
      prompt: 'Will you come, Ann?',
      language: 'en',
      interruptible: true,
      expect: { kind: 'choice', options: { yes: ['yes', 'sure'], no: ['no'] }, dtmf: { '1': 'yes', '2': 'no' } },
      noInputMs: 4_000,
      reprompts: { noInput: 'Hello? Will you come, Ann?', noMatch: 'Sorry, Ann? Will you come, Ann?' },
    });
  });

  it('asks again as often as it may, as a visit of its own, then goes on', () => {
    const flow = flowOf({ ask: ask(), ...ends }, { defaults });
    const { commands } = play(flow, [
      { kind: 'noInput' },
      { kind: 'noMatch' },
      { kind: 'noInput' },
      { kind: 'noInput' },
    ]);
    expect(commands.map((command) => ('nodeRunId' in command ? command.nodeRunId : command.outcome))).toEqual([
      '1-ask',
      '2-ask',
      '3-ask',
      '4-ask',
      'lost',
    ]);
    expect(commands[1]).toMatchObject({ prompt: 'Hello? Will you come, ?' });
    expect(commands[2]).toMatchObject({
      prompt: 'Sorry, ? Will you come, ?',
      reprompts: { noInput: expect.any(String) },
    });
    expect(commands[3]).toMatchObject({ reprompts: {} });
  });

  it('counts anew on the next visit, and prefers `on` and the node over the defaults', () => {
    const flow = flowOf(
      {
        ask: ask({ on: { yes: 'good', no: 'bad', noMatch: 'ask' }, noMatch: { retries: 0 }, noInput: { goto: null } }),
        ...ends,
      },
      { defaults },
    );
    const again = play(flow, [{ kind: 'noInput' }, { kind: 'noMatch' }]).commands[2];
    expect(again).toMatchObject({
      nodeRunId: '3-ask',
      prompt: 'Will you come, ?',
      reprompts: { noInput: expect.any(String) },
    });
    const silent = { kind: 'noInput' } as const;
    expect(play(flow, [silent, silent, silent]).commands[3]).toMatchObject({
      outcome: 'noInput',
      reason: 'silence-timeout',
    });
  });

  it('saves an answer as the type of its variable', () => {
    const save = (node: Partial<AskNode>, value: string) =>
      play(flowOf({ ask: ask(node), ...ends }, { defaults }), [{ kind: 'answered', value }]).vars;
    const ok = { on: { ok: 'good' } };
    expect(save({ save: 'sure' }, 'yes')).toEqual({ sure: true });
    expect(save({ save: 'sure' }, 'no')).toEqual({ sure: false });
    expect(save({ save: 'text' }, 'no')).toEqual({ text: 'no' });
    expect(save({ ...ok, save: 'count', expect: { kind: 'digits', length: 4 } }, '0042')).toEqual({ count: 42 });
    expect(save({ ...ok, save: 'text', expect: { kind: 'digits', length: 4 } }, '0042')).toEqual({ text: '0042' });
    expect(save({ ...ok, save: 'text', expect: { kind: 'text' } }, 'to Rome')).toEqual({ text: 'to Rome' });
  });

  it('takes an answer that was not asked for as noMatch', () => {
    const flow = flowOf({ ask: ask({ save: 'text' }), ...ends }, { defaults });
    for (const value of ['maybe', 'constructor', '']) {
      const { commands, vars } = play(flow, [{ kind: 'answered', value }]);
      expect(commands[1]).toMatchObject({ node: 'ask', prompt: expect.stringContaining('Sorry') });
      expect(vars).toEqual({});
    }
  });

  it('makes a choice of yes-no, in the language of the node', () => {
    const flow = flowOf({ ask: ask({ expect: { kind: 'yes-no' }, language: 'de-AT' }), ...ends }, { defaults });
    expect(firstOf(flow, 'ask').expect).toMatchObject({
      options: { yes: expect.arrayContaining(['ja']) },
      dtmf: { '1': 'yes' },
    });
  });
});

describe('expectedAnswer', () => {
  it.each([1, 33, 64])('of %i digits or more can be answered', (minLength) => {
    const keys = '7'.repeat(minLength);
    expect(matchAnswer(expectedAnswer({ kind: 'digits', minLength }, 'en'), { keys })).toBe(keys);
  });
});

describe('matchAnswer', () => {
  const choice: ExpectedAnswer = {
    kind: 'choice',
    options: { book: ['Book it!', 'réserver'], no: ['no'] },
    dtmf: { '1': 'book' },
  };
  const digits: ExpectedAnswer = { kind: 'digits', minLength: 3, maxLength: 4, terminator: '#', timeoutMs: 1 };
  it.each([
    [choice, { words: ' book  it ' }, 'book'],
    [choice, { words: 'RE\u0301SERVER.' }, 'book'],
    [choice, { words: 'book it now' }, undefined],
    [choice, { words: '' }, undefined],
    [choice, { keys: '1' }, 'book'],
    [choice, { keys: '9' }, undefined],
    [digits, { keys: '123#' }, '123'],
    [digits, { words: '12-34' }, '1234'],
    [digits, { keys: '12' }, undefined],
    [digits, { keys: '12345' }, undefined],
    [digits, { keys: '*123' }, undefined],
    [{ kind: 'text', maxLength: 5 } as const, { words: '  hello world ' }, 'hello'],
    [{ kind: 'text', maxLength: 5 } as const, { keys: '1' }, undefined],
  ])('%j hears %j as %j', (expected, input, value) => {
    expect(matchAnswer(expected, input)).toBe(value);
  });
});
