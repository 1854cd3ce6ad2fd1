import { describe, expect, it } from 'vitest';
import { fillRequest } from '../../../callflow/request.js';
import type { ConverseNode } from '../../../contract/flow.js';
import { firstOf, flowOf, play } from './flows.js';

const END = { failed: { type: 'hangup', outcome: 'failed' }, fine: { type: 'hangup', outcome: 'fine' } } as const;
describe('converse', () => {
  const node: ConverseNode = {
    type: 'converse',
    goal: 'Help {{text}}.',
    say: 'Hi {{text}}.',
    tools: {
      hours: {
        description: 'Opening hours',
        args: { day: { type: 'string', required: true } },
        request: {
          method: 'POST',
          url: 'https://x.example/{{args.day}}',
          body: { for: '{{text}}', day: '{{args.day}}' },
        },
      },
    },
    collect: { count: 'How many?', text: 'Who?' },
    exits: { done: 'All said.' },
    on: { done: 'fine', turnLimit: 'failed', unavailable: null, noInput: null },
  };
  const flow = flowOf({ talk: node, ...END });

  it('hands over a conversation that needs no flow', () => {
    const command = firstOf(flow, 'converse', { text: 'Ann' });
    expect(command).toMatchObject({
      goal: 'Help Ann.',
      say: 'Hi Ann.',
      collect: { count: { type: 'number', description: 'How many?' }, text: { type: 'string', description: 'Who?' } },
      exits: { done: 'All said.' },
      maxTurns: 20,
      noInputMs: 6_000,
    });
    const { request, vars } = command.tools.hours!;
    expect(fillRequest(request, { ...vars, args: { day: 'mon/day' } })).toMatchObject({
      url: 'https://x.example/mon%2Fday',
      body: { for: 'Ann', day: 'mon/day' },
    });
  });

  it('keeps what fits of what was collected', () => {
    const event = {
      kind: 'conversed',
      outcome: 'done',
      collected: { count: 'many', text: 'Bob', sure: true },
    } as const;
    const { commands, vars } = play(flow, [event]);
    expect(vars).toEqual({ text: 'Bob' });
    expect(commands[1]).toMatchObject({ outcome: 'fine', reason: 'completed' });
  });

  it('takes any failure, and any exit it does not know, as unavailable', () => {
    const unavailable = { outcome: 'unavailable', reason: 'llm-failed' };
    expect(play(flow, [{ kind: 'conversed', outcome: 'unavailable' }]).commands[1]).toMatchObject(unavailable);
    expect(play(flow, [{ kind: 'conversed', outcome: 'toString' }]).commands[1]).toMatchObject(unavailable);
    expect(play(flow, [{ kind: 'failed', cause: 'error', detail: 'x' }]).commands[1]).toMatchObject(unavailable);
    expect(play(flow, [{ kind: 'conversed', outcome: 'noInput' }]).commands[1]).toMatchObject({
      reason: 'silence-timeout',
    });
  });
});

describe('transfer, wait and emit', () => {
  const flow = flowOf({
    wait: { type: 'wait', ms: 50, next: 'emit' },
    emit: { type: 'emit', event: 'seen', data: { n: '{{count}}' }, next: 'transfer' },
    transfer: {
      type: 'transfer',
      to: 'sip:{{text}}@{{config.pbx}}',
      on: { connected: null, busy: 'fine', failed: null },
    },
    ...END,
  });

  it('run one after the other', () => {
    const { commands } = play(flow, [{ kind: 'waited' }, { kind: 'emitted' }], { count: 2, text: '1 2@evil;x' });
    expect(commands).toEqual([
      { kind: 'wait', node: 'wait', nodeRunId: '1-wait', ms: 50 },
      { kind: 'emit', node: 'emit', nodeRunId: '2-emit', event: 'seen', data: { n: 2 } },
      {
        kind: 'transfer',
        node: 'transfer',
        nodeRunId: '3-transfer',
        to: ['sip:12evilx@', { ref: 'config.pbx' }],
        timeoutMs: 30_000,
      },
    ]);
  });

  it.each([
    [
      { kind: 'transferred', outcome: 'connected' },
      { outcome: 'connected', reason: 'transferred' },
    ],
    [
      { kind: 'transferred', outcome: 'busy' },
      { outcome: 'fine', reason: 'completed' },
    ],
    [
      { kind: 'transferred', outcome: 'noAnswer' },
      { outcome: 'failed', reason: 'transfer-failed' },
    ],
    [
      { kind: 'failed', cause: 'error', detail: 'no trunk' },
      { outcome: 'failed', reason: 'transfer-failed' },
    ],
  ] as const)('%j ends %j', (event, end) => {
    expect(play(flow, [{ kind: 'waited' }, { kind: 'emitted' }, event]).commands[3]).toMatchObject(end);
  });
});
