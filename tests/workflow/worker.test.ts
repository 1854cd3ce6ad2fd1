import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { healthy, lost, SAID } from '../support/scripted-agent.js';
import type { AgentScript } from '../support/scripted-agent.js';
import { GREETING } from '../support/scripted-call.js';
import { gate } from '../support/scripted-gate.js';
import { NOTHING, unavailable } from '../support/scripted-livekit.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();

/** One after the other: all of them take the only call worker away. */
describe('while no call worker runs', () => {
  beforeEach(() => world.startWorker());
  afterEach(() => world.stopWorker());

  test('a conversation goes on where it was', async () => {
    const [begun, speak] = [gate(), gate()];
    const agent: AgentScript = {
      ...healthy,
      async say() {
        begun.open();
        await speak.passed;
        return SAID;
      },
    };
    const call = await world.call({ agents: [agent] });
    await begun.passed;
    await world.stopWorker();
    speak.open();
    await world.startWorker();
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toHaveLength(1);
    expect(call.agents[0]!.spoken).toEqual(['Hello Ada!', 'It works.']);
  });

  test('what agent and caller say meanwhile counts', async () => {
    const call = await world.call({ agents: [lost], caller: false });
    await call.asked('dispatchAgent 1');
    await call.at('dispatch');
    await world.stopWorker();
    await call.agents[0]!.accept();
    await call.agents[0]!.ready();
    await call.callerJoins();
    await world.startWorker();
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toHaveLength(1);
  });

  test('an agent that dies meanwhile is replaced', async () => {
    const [begun, dies] = [gate(), gate()];
    const dying: AgentScript = {
      ...healthy,
      async say(agent) {
        begun.open();
        await dies.passed;
        return agent.die();
      },
    };
    const call = await world.call({ agents: [dying, healthy] });
    await begun.passed;
    await world.stopWorker();
    dies.open();
    await world.startWorker();
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'ready']);
  });

  test.each(['hangup', 'cancel'] as const)('a %s takes effect when one comes back', async (how) => {
    const call = await world.call({ agents: [lost] });
    await call.asked('dispatchAgent 1');
    await call.at('dispatch');
    await world.stopWorker();
    await call[how]();
    await world.startWorker();
    expect((await call.result()).ended).toMatchObject({ reason: 'operator-canceled', stage: 'dispatch' });
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test.each(['hangup', 'cancel'] as const)('a call that got its %s before it began makes no room', async (how) => {
    await world.stopWorker();
    const call = await world.call();
    await call[how]();
    await world.startWorker();
    expect((await call.result()).ended?.reason).toBe('operator-canceled');
    expect(call.livekit.log).not.toContain('createRoom');
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('a call that nobody could start in time is not started late', async () => {
    await world.stopWorker();
    const call = await world.call({ input: { startBy: Date.now() + 50 } });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await world.startWorker();
    expect((await call.result()).ended).toMatchObject({ reason: 'queue-timeout', stage: 'admitted' });
    expect(call.livekit.log).toEqual([]);
  });

  test('the time until one takes the call counts as set-up: its caller waits from the request on', async () => {
    await world.stopWorker();
    const call = await world.call({ agents: [lost], policy: { setupMs: 2_000, readyMs: 60_000, acceptMs: 60_000 } });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await world.startWorker();
    const { ended, timeline } = await call.result();
    expect(ended).toMatchObject({ reason: 'agent-ready-timeout', detail: expect.stringContaining('No time was left') });
    expect(timeline[0]).toMatchObject({ stage: 'admitted' });
    expect(timeline[0]!.ms).toBeGreaterThanOrEqual(2_000);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('a clean-up goes on', async () => {
    const call = await world.call({ livekit: { deleteRoom: [unavailable, unavailable, unavailable] } });
    await call.asked('deleteRoom');
    await world.stopWorker();
    await world.startWorker();
    const { ended, cleanup } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(cleanup.map(({ ok }) => ok)).toEqual([true]);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('at every node, and the call still says everything once', async () => {
    const turns = ['Hello Ada!', GREETING.resume!, 'It works.'].map((text) => ({ text, begun: gate(), go: gate() }));
    const turn = (text: string) => turns.find((each) => each.text === text)!;
    const slow: AgentScript = {
      ...healthy,
      async say(agent, { text }) {
        if (text === 'It works.' && agent.attempt === 1) return agent.die();
        turn(text).begun.open();
        await turn(text).go.passed;
        return SAID;
      },
    };
    const call = await world.call({ agents: [slow] });
    for (const { begun, go } of turns) {
      await begun.passed;
      await world.stopWorker();
      go.open();
      await world.startWorker();
    }
    const { ended, said } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(said.map(({ node }) => node)).toEqual(['greet', 'resume', 'works']);
    expect(call.agents.map(({ spoken }) => spoken)).toEqual([['Hello Ada!'], [GREETING.resume, 'It works.']]);
  });
});
