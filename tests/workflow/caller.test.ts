import { WorkflowNotFoundError } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { CALLER_IDENTITY, MESSAGES } from '../../contract/index.js';
import type { AgentReady } from '../../contract/index.js';
import { healthy, lost, SAID } from '../support/scripted-agent.js';
import type { AgentScript } from '../support/scripted-agent.js';
import type { ScriptedCall } from '../support/scripted-call.js';
import { gate } from '../support/scripted-gate.js';
import type { Gate } from '../support/scripted-gate.js';
import { NOTHING, worksAfter } from '../support/scripted-livekit.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();

/** A call that speaks when the gate is open. */
async function speaking(policy = {}): Promise<{ call: ScriptedCall; go: Gate }> {
  const go = gate();
  const agent: AgentScript = { ...healthy, say: () => go.passed.then(() => SAID) };
  const call = await world.call({ agents: [agent], policy });
  await call.at('flow');
  return { call, go };
}

const roomFinished = (call: ScriptedCall) => call.signal(MESSAGES.roomEvent, { kind: 'room-finished', at: Date.now() });

/** Ready, and tells with it of whoever is in the room. */
const readyWith = (caller: unknown): AgentScript => ({
  ...healthy,
  async dispatched(agent) {
    await agent.accept();
    void agent.ready({ caller } as Partial<AgentReady>);
  },
});

describe.concurrent('a caller', () => {
  test('is told of with the agent that is ready', async () => {
    const call = await world.call({ caller: false, agents: [readyWith({ sid: 'PA_1', at: 1 })] });
    expect((await call.result()).ended?.reason).toBe('completed');
  });

  test.each([{ sid: 1 }, {}, 'PA_1', null])('is not there because %j was told with it', async (told) => {
    const call = await world.call({ caller: false, agents: [readyWith(told)], policy: { callerMs: 100 } });
    expect((await call.result()).ended?.reason).toBe('caller-not-joined');
  });

  test('who drops and comes back goes on, also when the news of it comes late', async () => {
    const { call, go } = await speaking({ callerGraceMs: 20_000 });
    await call.callerLeaves();
    await call.callerJoins('PA_2');
    await call.callerLeaves(); // the webhook, after the host
    await call.callerJoins(); // an old one
    await call.callerLeaves();
    expect((await call.view()).ended).toBeNull();
    go.open();
    expect((await call.result()).ended?.reason).toBe('completed');
  });

  test('who comes back before the news that it dropped goes on', async () => {
    const { call, go } = await speaking({ callerGraceMs: 100 });
    await call.callerJoins('PA_2');
    await call.callerLeaves({ intentional: true });
    expect((await call.view()).ended).toBeNull();
    go.open();
    expect((await call.result()).ended?.reason).toBe('completed');
  });

  test('who drops and stays away has hung up', async () => {
    const { call } = await speaking({ callerGraceMs: 100 });
    await call.callerLeaves();
    expect((await call.result()).ended).toMatchObject({ reason: 'caller-hangup', by: 'caller', fault: 'none' });
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test.each([
    ['first', [{ intentional: true }, {}]],
    ['second', [{}, { intentional: true }]],
  ])('who leaves on purpose is not waited for, whoever says so %s', async (_order, news) => {
    const { call } = await speaking({ callerGraceMs: 600_000 });
    for (const more of news) {
      // The one that says so ends the call: what comes after it may find nobody.
      await call.callerLeaves(more).catch((error: unknown) => expect(error).toBeInstanceOf(WorkflowNotFoundError));
      await call.view().catch(() => undefined); // each on its own
    }
    expect((await call.result()).ended?.reason).toBe('caller-hangup');
  });

  test('who is said to have left before it is said to have joined is not there', async () => {
    const call = await world.call({ caller: false, policy: { callerGraceMs: 2_000 } });
    await call.at('caller');
    await call.callerLeaves();
    await call.callerJoins();
    call.livekit.callerSid = undefined;
    expect((await call.result()).ended).toMatchObject({ reason: 'caller-abandoned', stage: 'caller' });
  });

  test('who drops before the agent is there may come back', async () => {
    const call = await world.call({ agents: [lost], policy: { callerGraceMs: 20_000 } });
    await call.asked('dispatchAgent 1');
    await call.callerLeaves();
    await call.callerJoins('PA_2');
    await call.agents[0]!.accept();
    await call.agents[0]!.ready();
    expect((await call.result()).ended?.reason).toBe('completed');
  });

  test('who seems to leave because the room is gone has not hung up', async () => {
    const { call } = await speaking({ callerGraceMs: 100 });
    call.livekit.vanish();
    await call.callerLeaves();
    expect((await call.result()).ended).toMatchObject({ reason: 'media-lost', by: 'system', fault: 'platform' });
  });

  test('a stranger in the room is no caller', async () => {
    const call = await world.call({ caller: false, policy: { callerMs: 1_000 } });
    await call.at('caller');
    for (const identity of ['stranger', `${CALLER_IDENTITY}2`, 'agent-1'])
      await call.signal(MESSAGES.roomEvent, { kind: 'joined', identity, sid: 'PA_1', at: Date.now() });
    expect((await call.result()).ended?.reason).toBe('caller-not-joined');
  });
});

describe.concurrent('a room', () => {
  test('that is said to be gone, and is: media-lost', async () => {
    const { call } = await speaking();
    call.livekit.vanish();
    await roomFinished(call);
    expect((await call.result()).ended).toMatchObject({ reason: 'media-lost', by: 'system', fault: 'platform' });
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('that is said to be gone, but is there: the call goes on', async () => {
    const { call, go } = await speaking();
    for (let hints = 1; hints <= 2; hints++) {
      await roomFinished(call);
      await call.eventually(() =>
        expect(call.livekit.log.filter((entry) => entry === 'lookAtRoom')).toHaveLength(hints),
      );
    }
    go.open();
    expect((await call.result()).ended?.reason).toBe('completed');
  });

  test('that is not made yet cannot be gone', async () => {
    const made = gate();
    const call = await world.call({ livekit: { createRoom: [worksAfter(made.passed)] } });
    await call.asked('createRoom');
    await roomFinished(call);
    await call.view();
    made.open();
    expect((await call.result()).ended?.reason).toBe('completed');
  });
});
