import { describe, expect, test } from 'vitest';
import { acceptsOnly, dispatchedAnew, healthy, lost } from '../support/scripted-agent.js';
import type { AgentScript } from '../support/scripted-agent.js';
import { gate } from '../support/scripted-gate.js';
import { always, hangs, NOTHING, refuses, unavailable, worksUnheard } from '../support/scripted-livekit.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();

describe.concurrent('dispatch', () => {
  test.each([1, 2, 4])('%i lost dispatches are made again, and the superseded ones withdrawn', async (losses) => {
    const agents = [...Array.from({ length: losses }, () => lost), healthy];
    const call = await world.call({ agents, policy: { acceptMs: 60 } });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts.map(({ outcome }) => outcome)).toEqual([...Array(losses).fill('not-accepted'), 'ready']);
    expect(call.livekit.dispatched).toEqual(attempts.map(({ attempt }) => attempt));
    for (let attempt = 1; attempt <= losses; attempt++) expect(call.livekit.log).toContain(`withdrawAgent ${attempt}`);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('an agent that shows up for a superseded attempt is ignored, the new one is used', async () => {
    const superseded = gate();
    const done = gate();
    const late: AgentScript = {
      dispatched: (agent) =>
        void superseded.passed
          .then(() => agent.accept())
          .then(() => agent.ready())
          .then(() => done.open(), done.close),
    };
    const newer: AgentScript = {
      async dispatched(agent) {
        superseded.open();
        await done.passed;
        await agent.accept();
        await agent.ready();
      },
    };
    const call = await world.call({ agents: [late, newer], policy: { acceptMs: 60 } });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toMatchObject([
      { attempt: 1, outcome: 'not-accepted' },
      { attempt: 2, outcome: 'ready' },
    ]);
    expect(attempts[0]).not.toHaveProperty('jobId');
    expect(call.agents.map(({ spoken }) => spoken.length)).toEqual([0, 2]);
    // It was given up before it was there: it is sent away again, now that it is.
    expect(call.livekit.log.filter((line) => line === 'withdrawAgent 1').length).toBeGreaterThan(1);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('an agent that shows up while the next dispatch is held back is too late, too', async () => {
    const call = await world.call({ agents: [lost, healthy], policy: { acceptMs: 60, dispatchBackoffMs: 1_500 } });
    await call.asked('withdrawAgent 1');
    await call.agents[0]!.accept();
    await call.agents[0]!.ready();
    const { attempts } = await call.result();
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['not-accepted', 'ready']);
  });

  test('a dispatch API that fails for a while is asked again, without a new attempt', async () => {
    const call = await world.call({ ...dispatchedAnew, livekit: { dispatchAgent: [unavailable, unavailable] } });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toHaveLength(2);
    expect(call.livekit.log.filter((entry) => entry === 'dispatchAgent 2')).toHaveLength(3);
  });

  test('a dispatch whose answer was lost is not made twice', async () => {
    const call = await world.call({ ...dispatchedAnew, livekit: { dispatchAgent: [worksUnheard] } });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toHaveLength(2);
    expect(call.agents).toHaveLength(2);
  });

  test('a room whose answer was lost has its agent, and gets no second one', async () => {
    const call = await world.call({ livekit: { createRoom: [worksUnheard] } });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toHaveLength(1);
    expect(call.agents).toHaveLength(1);
  });

  test('an agent that is heard of has a room, whatever LiveKit answers', async () => {
    const call = await world.call({ livekit: { createRoom: [worksUnheard, ...always(hangs)] } });
    expect((await call.result()).ended?.reason).toBe('completed');
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test.each([
    ['refuses', [refuses], 1, '401'],
    ['keeps failing', always(unavailable), 3, '503'],
  ])('a dispatch API that %s ends the call', async (_how, dispatchAgent, requests, answer) => {
    const call = await world.call({ ...dispatchedAnew, livekit: { dispatchAgent } });
    const { ended, attempts } = await call.result();
    expect(ended).toMatchObject({
      ...{ reason: 'agent-dispatch-failed', stage: 'dispatch', by: 'system', fault: 'platform', retryable: true },
      detail: expect.stringContaining(answer),
    });
    expect(attempts).toMatchObject([{}, { outcome: 'dispatch-failed', error: expect.stringContaining(answer) }]);
    expect(call.livekit.log.filter((entry) => entry === 'dispatchAgent 2')).toHaveLength(requests);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('nobody accepts: agent-unavailable, and what to check', async () => {
    const call = await world.call({ agents: [lost], policy: { acceptMs: 40, dispatchAttempts: 3 } });
    const { ended, attempts } = await call.result();
    expect(ended).toMatchObject({ reason: 'agent-unavailable', stage: 'dispatch', by: 'system', fault: 'platform' });
    expect(ended?.detail).toMatch(
      /^No agent worker accepted the job in 3 attempts over \d+\.\d s\. Agent worker may be overloaded or restarting: check agent-worker\.log and the agent's health endpoint\.$/,
    );
    expect(attempts.map(({ outcome }) => outcome)).toEqual(Array(3).fill('not-accepted'));
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('the budget over all attempts ends the dispatching before the attempts are used up', async () => {
    const call = await world.call({ agents: [lost], policy: { acceptMs: 300, readyMs: 1_500, dispatchAttempts: 50 } });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('agent-unavailable');
    expect(attempts.length).toBeLessThan(10);
  });

  test('a first attempt that was accepted makes it agent-ready-timeout, not agent-unavailable', async () => {
    const policy = { acceptMs: 40, renewMs: 40, dispatchAttempts: 2 };
    const call = await world.call({ agents: [acceptsOnly, lost], policy });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('agent-ready-timeout');
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['not-renewed', 'not-accepted']);
  });
});
