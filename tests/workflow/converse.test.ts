import { describe, expect, test } from 'vitest';
import { MESSAGES } from '../../contract/index.js';
import type { Chat, Converse, Conversed, Flow, Spoken } from '../../contract/index.js';
import { healthy } from '../support/scripted-agent.js';
import type { AgentScript, ScriptedAgent } from '../support/scripted-agent.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();

const FLOW: Flow = {
  schema: 'callflow/v1',
  id: 'talk',
  start: 'talk',
  vars: { name: { type: 'string', default: 'there' }, guests: { type: 'number' } },
  nodes: {
    talk: {
      type: 'converse',
      goal: 'Help {{name}}.',
      collect: { guests: 'How many?' },
      exits: { done: 'All said.' },
      on: { done: 'bye', turnLimit: null, noInput: null, unavailable: null },
    },
    bye: { type: 'hangup', outcome: 'done' },
  },
};

const line = (n: number, who: Spoken['who'], text: string): Spoken => ({ n, at: 1_000 + n, who, text });
const SAID = [line(0, 'agent', 'Hi.'), line(1, 'caller', 'Two.'), line(2, 'agent', 'Fine.')];
const RUN = '1-talk';
const chatOf = (said: Spoken[], changes = said.length, nodeRunId = RUN): Chat => ({
  ...{ nodeRunId, words: said.length, calls: 0, changes, turns: 1, collected: {} },
  items: said.map((each) => ({ kind: 'words', ...each })),
});
const done = (said: Spoken[] = SAID): Conversed => ({ outcome: 'done', collected: { guests: 2 }, said, turns: 1 });

const talks = (converse: AgentScript['converse']): AgentScript => ({ ...healthy, converse });
/** Ends the conversation, and remembers what it was asked for. */
const finishes = (asked: Converse[], said?: Spoken[]) =>
  talks(async (_, command) => {
    asked.push(command);
    return done(said);
  });
const tell = (agent: ScriptedAgent, said: unknown, more: object = {}) =>
  agent.call.signal(MESSAGES.talked, { attempt: agent.attempt, jobId: agent.jobId, nodeRunId: RUN, said, ...more });

describe.concurrent('a conversation', () => {
  test('gets its task; its result becomes variables, words and the way on', async () => {
    const asked: Converse[] = [];
    const call = await world.call({ flow: FLOW, agents: [finishes(asked)] });
    const { ended, variables, said } = await call.result();
    expect(ended).toMatchObject({ reason: 'completed', outcome: 'done' });
    expect(variables).toEqual({ name: 'Ada', guests: 2 });
    expect(said.map(({ node, who, text }) => [node, who, text])).toEqual([
      ['talk', 'agent', 'Hi.'],
      ['talk', 'caller', 'Two.'],
      ['talk', 'agent', 'Fine.'],
    ]);
    expect(asked).toMatchObject([{ nodeRunId: RUN, goal: 'Help Ada.', maxTurns: 20, attempt: 1 }]);
    expect(asked[0]).not.toHaveProperty('chat');
  });

  test('that is unavailable says why', async () => {
    const detail = 'The language model m failed: 500.';
    const fails = talks(async () => ({ ...done(), outcome: 'unavailable', detail }));
    const call = await world.call({ flow: FLOW, agents: [fails] });
    expect((await call.result()).ended).toMatchObject({
      reason: 'llm-failed',
      fault: 'provider',
      detail: expect.stringContaining(detail),
    });
  });

  test('is told as it goes, once, and only by the agent that holds it', async () => {
    const tells = talks(async (agent) => {
      await tell(agent, SAID.slice(0, 1));
      await tell(agent, SAID.slice(0, 2));
      await tell(agent, [line(7, 'caller', 'forged')], { jobId: 'AJ_other' });
      await tell(agent, [line(8, 'caller', 'forged')], { nodeRunId: '9-other' });
      for (const nonsense of [undefined, 'x', [null], [{ n: 'x' }]]) await tell(agent, nonsense);
      await agent.call.eventually(async () => expect((await agent.call.view()).said).toHaveLength(2));
      return done();
    });
    const call = await world.call({ flow: FLOW, agents: [tells] });
    const { ended, said } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(said.map(({ text }) => text)).toEqual(['Hi.', 'Two.', 'Fine.']);
  });

  test('whose agent dies goes on with what it left, on the next one', async () => {
    const chat = chatOf(SAID);
    const dies = talks((agent) => {
      agent.chat = chat;
      return agent.die();
    });
    const asked: Converse[] = [];
    const call = await world.call({ flow: FLOW, agents: [dies, finishes(asked)] });
    const { ended, said, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'ready']);
    expect(asked).toMatchObject([{ nodeRunId: RUN, attempt: 2, chat }]);
    expect(said).toHaveLength(3);
  });

  test('whose agent is reported gone goes on with the chat in that report', async () => {
    const chat = chatOf(SAID);
    const reported = talks(async (agent) => {
      await agent.fail('disconnected from the room', { chat });
      return new Promise(() => undefined);
    });
    const asked: Converse[] = [];
    const call = await world.call({ flow: FLOW, agents: [reported, finishes(asked)] });
    expect((await call.result()).ended?.reason).toBe('completed');
    expect(asked).toMatchObject([{ attempt: 2, chat }]);
  });

  test('whose host dies goes on with the chat of its last heartbeat, however often agents are lost', async () => {
    const host = await world.newHost();
    const crashes: AgentScript = {
      ...talks(async (agent) => {
        agent.chat = chatOf(SAID.slice(0, 2));
        await new Promise((resolve) => setTimeout(resolve, 500)); // some heartbeats long
        host.crash();
        return new Promise(() => undefined);
      }),
      host,
    };
    const diesToo = talks((agent, { chat }) => {
      agent.chat = chat;
      return agent.die();
    });
    const asked: Converse[] = [];
    const call = await world.call({
      ...{ flow: FLOW, agents: [crashes, diesToo, finishes(asked)] },
      policy: { heartbeatMs: 1_000, reattachMs: 1_000 },
    });
    expect((await call.result()).ended?.reason).toBe('completed');
    expect(asked).toMatchObject([{ attempt: 3, chat: chatOf(SAID.slice(0, 2)) }]);
  });

  test('takes nothing that another visit, or someone else, left', async () => {
    const dies = talks(async (agent) => {
      await agent.fail('gone', { chat: 'nonsense' as never });
      return new Promise(() => undefined);
    });
    const other = talks((agent) => {
      agent.chat = chatOf(SAID, 99, '7-other');
      return agent.die();
    });
    const asked: Converse[] = [];
    const call = await world.call({ flow: FLOW, agents: [dies, other, finishes(asked)] });
    expect((await call.result()).ended?.reason).toBe('completed');
    expect(asked[0]).not.toHaveProperty('chat');
  });

  test('ends with the call', async () => {
    const talksForever = talks(() => new Promise(() => undefined));
    const call = await world.call({ flow: FLOW, agents: [talksForever] });
    await call.eventually(() => expect(call.agents[0]?.asked).toEqual([RUN]));
    await tell(call.agents[0]!, SAID);
    await call.hangup();
    const { ended, said } = await call.result();
    expect(ended?.reason).toBe('operator-canceled');
    expect(said).toHaveLength(3);
  });
});
