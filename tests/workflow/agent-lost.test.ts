import { describe, expect, test } from 'vitest';
import { AGENT_FAILURES } from '../../contract/index.js';
import { diesSaying, failure, healthy, lost } from '../support/scripted-agent.js';
import type { ScriptedAgent } from '../support/scripted-agent.js';
import { GREETING } from '../support/scripted-call.js';
import { NOTHING } from '../support/scripted-livekit.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();
const RESUME = GREETING.resume!;

describe.concurrent('an agent that is lost', () => {
  test('mid-sentence: the next one says sorry and then the same node', async () => {
    const call = await world.call({ agents: [diesSaying('It works.'), healthy] });
    const { ended, attempts, said, timeline } = await call.result();
    const [first, second] = call.agents;
    expect(ended).toMatchObject({ reason: 'completed', outcome: 'done' });
    expect(attempts).toMatchObject([
      { outcome: 'lost', error: expect.stringContaining('killed') },
      { outcome: 'ready' },
    ]);
    expect(first!.spoken).toEqual(['Hello Ada!']);
    expect(second!.spoken).toEqual([RESUME, 'It works.']);
    expect(second!.started).toMatchObject([{ resumed: true, attempt: 2, jobId: second!.jobId }]);
    expect(second!.asked.at(-1)).toBe(first!.asked.at(-1));
    expect(said.map(({ text }) => text)).toEqual(['Hello Ada!', RESUME, 'It works.']);
    expect(timeline.findLast(({ stage }) => stage === 'flow')?.detail).toBe('resumed on agent 2');
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('mid-question: the next one asks again', async () => {
    const ask = {
      type: 'ask' as const,
      prompt: 'Can you hear me?',
      expect: { kind: 'yes-no' as const },
      on: { yes: 'bye', no: 'bye' },
      save: 'heard',
    };
    const flow = {
      ...GREETING,
      vars: { ...GREETING.vars, heard: { type: 'boolean' as const } },
      nodes: { ...GREETING.nodes, works: ask },
    };
    const diesAsking = { ...healthy, ask: (agent: ScriptedAgent) => agent.die() };
    const answers = {
      ...healthy,
      ask: async () => ({ kind: 'answered' as const, value: 'yes', via: 'keypad' as const, heard: '1' }),
    };
    const call = await world.call({ flow, agents: [diesAsking, answers] });
    const { ended, variables } = await call.result();
    const [first, second] = call.agents;
    expect(ended).toMatchObject({ reason: 'completed', outcome: 'done' });
    expect(variables).toMatchObject({ heard: true });
    expect(second!.spoken).toEqual([RESUME]);
    expect(second!.asked.at(-1)).toBe(first!.asked.at(-1));
  });

  test('in its greeting: the next one says sorry and then greets', async () => {
    const call = await world.call({ agents: [diesSaying('Hello Ada!'), healthy] });
    expect((await call.result()).ended?.reason).toBe('completed');
    expect(call.agents[1]!.spoken).toEqual([RESUME, 'Hello Ada!', 'It works.']);
  });

  test('in its apology: the one after says sorry', async () => {
    const call = await world.call({ agents: [diesSaying('It works.'), diesSaying(RESUME), healthy] });
    expect((await call.result()).ended?.reason).toBe('completed');
    expect(call.agents[2]!.spoken).toEqual([RESUME, 'It works.']);
  });

  test('a flow without resume text goes on without an apology', async () => {
    const { resume: _resume, ...flow } = GREETING;
    const call = await world.call({ flow, agents: [diesSaying('It works.'), healthy] });
    expect((await call.result()).ended?.reason).toBe('completed');
    expect(call.agents[1]!.spoken).toEqual(['It works.']);
  });

  test('variables outlive it', async () => {
    const flow = {
      ...GREETING,
      vars: { ...GREETING.vars, count: { type: 'number' as const, default: 1 } },
      nodes: {
        ...GREETING.nodes,
        greet: { type: 'say' as const, text: 'Hello {{name}}!', next: 'count' },
        count: { type: 'set' as const, compute: { count: 'count + 41' }, next: 'works' },
        works: { type: 'say' as const, text: 'It works, {{name}}: {{count}}.', next: 'bye' },
      },
    };
    const agents = [diesSaying('It works, Ada: 42.'), healthy];
    const call = await world.call({ flow, agents, input: { variables: { name: 'Ada', count: 1 } } });
    const { variables } = await call.result();
    expect(variables).toMatchObject({ name: 'Ada', count: 42 });
    expect(call.agents[1]!.started[0]!.variables).toMatchObject({ name: 'Ada', count: 42 });
    expect(call.agents[1]!.spoken).toEqual([RESUME, 'It works, Ada: 42.']);
  });

  test('the replacement is dispatched again, too, when its dispatch is lost', async () => {
    const agents = [diesSaying('It works.'), lost, healthy];
    const call = await world.call({ agents, policy: { acceptMs: 60 } });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'not-accepted', 'ready']);
  });

  test('once too often: agent-lost, and why', async () => {
    const call = await world.call({ agents: [diesSaying('It works.')], policy: { recoveries: 2 } });
    const { ended, attempts } = await call.result();
    expect(ended).toMatchObject({
      reason: 'agent-lost',
      by: 'system',
      fault: 'platform',
      stage: 'flow',
      retryable: true,
    });
    expect(ended?.detail).toMatch(/^3 agents were lost, the last one: agent 3 .*killed/);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'lost', 'lost']);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('without recoveries the first loss ends the call', async () => {
    const call = await world.call({ agents: [diesSaying('It works.')], policy: { recoveries: 0 } });
    expect((await call.result()).ended?.reason).toBe('agent-lost');
    expect(call.agents).toHaveLength(1);
  });

  test('nobody to replace it: agent-unavailable', async () => {
    const agents = [diesSaying('It works.'), lost];
    const call = await world.call({ agents, policy: { acceptMs: 40, dispatchAttempts: 2 } });
    const { ended, attempts } = await call.result();
    expect(ended).toMatchObject({ reason: 'agent-unavailable', stage: 'dispatch' });
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'not-accepted', 'not-accepted']);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('an agent that nobody hears is replaced', async () => {
    const silent = {
      ...healthy,
      say: () => Promise.reject(failure(AGENT_FAILURES.silent, 'no audio was played within 10000 ms')),
    };
    const call = await world.call({ agents: [silent, healthy] });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts[0]).toMatchObject({ outcome: 'lost', error: expect.stringContaining('no audio') });
  });

  test('its room is cleared of it before the next one speaks', async () => {
    const participants: string[][] = [];
    const looks = {
      ...healthy,
      say: async () => {
        participants.push(call.livekit.remains.participants);
        return { playedMs: 1, firstAudioMs: 1 };
      },
    };
    const call = await world.call({ agents: [diesSaying('It works.'), looks] });
    await call.result();
    expect(call.livekit.log).toContain('withdrawAgent 1');
    expect(participants.at(-1)).toEqual(['agent-2']);
  });
});
