import { describe, expect, it } from 'vitest';
import { firstWords } from '../../../callflow/greeting.js';
import { start, step } from '../../../callflow/interpreter.js';
import type { Flow } from '../../../contract/flow.js';
import { flowOf, play } from './flows.js';

describe('say and hangup', () => {
  const flow = flowOf(
    {
      hi: { type: 'say', text: 'Hello {{text}}.', next: 'more' },
      more: { type: 'say', text: 'More.', interruptible: true, next: 'bye' },
      bye: { type: 'hangup', say: 'Bye.', outcome: 'done' },
    },
    { defaults: { language: 'en' } },
  );

  it('speaks node after node, knows the words that follow, and ends', () => {
    const said = { kind: 'said' } as const;
    expect(play(flow, [said, said, said], { text: 'Ann' }).commands).toEqual([
      {
        kind: 'say',
        node: 'hi',
        nodeRunId: '1-hi',
        text: 'Hello Ann.',
        language: 'en',
        interruptible: false,
        upcoming: 'More.',
      },
      {
        kind: 'say',
        node: 'more',
        nodeRunId: '2-more',
        text: 'More.',
        language: 'en',
        interruptible: true,
        upcoming: 'Bye.',
      },
      { kind: 'say', node: 'bye', nodeRunId: '3-bye', text: 'Bye.', language: 'en', interruptible: false },
      { kind: 'end', outcome: 'done', reason: 'completed' },
    ]);
  });

  it('gives the first words for the dispatch, and says end again after the end', () => {
    expect(firstWords(flow, {})).toBe('Hello .');
    const over = step(flow, { node: null, runs: 3, vars: {} }, { kind: 'said' });
    expect(over.command).toMatchObject({ kind: 'end', reason: 'completed' });
  });

  it('looks for the next words behind waits, events and silent nodes', () => {
    const ahead = flowOf({
      a: { type: 'say', text: 'A', next: 'b' },
      b: { type: 'wait', ms: 10, next: 'c' },
      c: { type: 'emit', event: 'e', next: 'd' },
      d: { type: 'branch', cases: [{ when: 'count == 1', goto: 'f' }], else: null },
      f: {
        type: 'ask',
        prompt: 'Well?',
        expect: { kind: 'yes-no' },
        on: { yes: null, no: null, noInput: null, noMatch: null },
      },
    });
    expect(start(ahead, { count: 1 }).command).toMatchObject({ text: 'A', upcoming: 'Well?' });
    expect(start(ahead, { count: 2 }).command).not.toHaveProperty('upcoming');
  });

  it('calls a speech failure by its reason, but ends a farewell as planned', () => {
    const failed = { kind: 'failed', cause: 'error', detail: 'no voice' } as const;
    expect(play(flow, [failed]).commands[1]).toMatchObject({
      reason: 'tts-failed',
      detail: expect.stringContaining('no voice'),
    });
    expect(play(flow, [{ kind: 'said' }, { kind: 'said' }, failed]).commands[3]).toMatchObject({ outcome: 'done' });
  });
});

describe('branch and set', () => {
  it('takes the first true case, and else when a variable is unset', () => {
    const flow = flowOf({
      b: {
        type: 'branch',
        cases: [
          { when: 'count > 9', goto: 'many' },
          { when: 'count > 1', goto: 'some' },
        ],
        else: 'few',
      },
      many: { type: 'hangup', outcome: 'many' },
      some: { type: 'hangup', outcome: 'some' },
      few: { type: 'hangup', outcome: 'few' },
    });
    const outcome = (vars: object) => start(flow, { ...vars }).command;
    expect(outcome({ count: 10 })).toMatchObject({ outcome: 'many' });
    expect(outcome({ count: 2 })).toMatchObject({ outcome: 'some' });
    expect(outcome({})).toMatchObject({ outcome: 'few' });
  });

  it('sets from the variables as they were', () => {
    const flow = flowOf({
      s: {
        type: 'set',
        values: { text: 'was {{count}}', person: { age: '{{count}}' }, sure: null },
        compute: { count: 'count + 1' },
        next: null,
      },
    });
    expect(start(flow, { count: 4, sure: true }).state.vars).toEqual({ text: 'was 4', person: { age: 4 }, count: 5 });
  });

  it('ends with a reason when a value does not fit after all', () => {
    const flow = flowOf({ s: { type: 'set', values: { count: '{{person.age}}' }, next: null } });
    expect(start(flow, { person: { age: 'old' } }).command).toEqual({
      kind: 'end',
      outcome: 'failed',
      reason: 'orchestrator-error',
      detail: 'Node "s" of flow "test": "count" must be a number, not string',
    });
    const growing = flowOf({
      a: { type: 'set', values: { text: '{{text}}{{text}}' }, next: 'w' },
      w: { type: 'wait', ms: 1, next: 'b' },
      b: { type: 'branch', cases: [{ when: 'sure == true', goto: null }], else: 'a' },
    });
    let now = start(growing, { text: 'x' });
    for (let i = 0; i < 50 && now.command.kind !== 'end'; i++) now = step(growing, now.state, { kind: 'waited' });
    expect(now.command).toMatchObject({ reason: 'orchestrator-error', detail: expect.stringContaining('too large') });
  });
});

describe('what validation would have refused', () => {
  it('does not hang in a silent circle, nor on a missing node', () => {
    const circle = {
      schema: 'callflow/v1',
      id: 'circle',
      start: 'a',
      nodes: { a: { type: 'set', next: 'b' }, b: { type: 'branch', cases: [], else: 'a' } },
    } as Flow;
    expect(start(circle, {}).command).toMatchObject({
      reason: 'orchestrator-error',
      detail: expect.stringContaining('circle'),
    });
    const gone = { ...circle, start: 'constructor' };
    expect(start(gone, {}).command).toMatchObject({
      reason: 'orchestrator-error',
      detail: expect.stringContaining('no such node'),
    });
  });

  it('ends a flow that goes on and on', () => {
    const flow = flowOf({
      s: { type: 'say', text: 'Again.', next: 'b' },
      b: { type: 'branch', cases: [{ when: 'sure == true', goto: null }], else: 's' },
    });
    let now = start(flow, {});
    let steps = 0;
    for (; now.command.kind !== 'end'; steps++) now = step(flow, now.state, { kind: 'said' });
    expect(now.command).toMatchObject({ reason: 'orchestrator-error', detail: expect.stringContaining('visited') });
    expect(steps).toBeLessThanOrEqual(2_000);
  });

  it('ends when its driver sends what does not fit', () => {
    const flow = flowOf({ s: { type: 'say', text: 'Hi.', next: null } });
    expect(play(flow, [{ kind: 'waited' }]).commands[1]).toMatchObject({ reason: 'orchestrator-error' });
  });
});
