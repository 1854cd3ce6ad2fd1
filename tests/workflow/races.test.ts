import { describe, expect, test } from 'vitest';
import { AGENT_FAILURES, CALLER_IDENTITY, MESSAGES } from '../../contract/index.js';
import { acceptsOnly, diesSaying, dispatchedAnew, failure, healthy, SAID } from '../support/scripted-agent.js';
import type { AgentScript } from '../support/scripted-agent.js';
import type { ScriptedCall } from '../support/scripted-call.js';
import { gate } from '../support/scripted-gate.js';
import { always, hangs, refuses, unavailable, works, worksUnheard } from '../support/scripted-livekit.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();

const endOf = async (call: ScriptedCall) => (await call.result()).ended;

describe.concurrent('a dispatch', () => {
  test('that LiveKit made but never confirmed: its agent is used', async () => {
    const call = await world.call({ ...dispatchedAnew, livekit: { dispatchAgent: always(worksUnheard) } });
    expect((await endOf(call))?.reason).toBe('completed');
  });

  test('of a replacement that LiveKit does not answer: the reason names LiveKit, not the agents', async () => {
    const call = await world.call({
      agents: [diesSaying('It works.')],
      livekit: { dispatchAgent: always(hangs) },
      policy: { readyMs: 2_000 },
    });
    expect((await endOf(call))?.reason).toBe('agent-dispatch-failed');
  });

  test('for which no time is left is not made', async () => {
    const policy = { ...dispatchedAnew.policy, setupMs: 1 };
    const call = await world.call({ ...dispatchedAnew, policy, livekit: { createRoom: [works] } });
    expect((await endOf(call))?.reason).toMatch(/agent-ready-timeout|agent-unavailable|room-create-failed/);
    expect(call.livekit.log).not.toContain('dispatchAgent 2');
  });
});

describe.concurrent('while no agent is in the room', () => {
  test('as it was lost before the caller came, it is replaced', async () => {
    const call = await world.call({ caller: false, policy: { callerMs: 20_000 } });
    await call.at('caller');
    await call.agents[0]!.die().catch(() => undefined);
    await call.agents[0]!.fail('its process ended');
    await call.eventually(() => expect(call.agents).toHaveLength(2));
    await call.callerJoins();
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'ready']);
  });

  test('a caller nobody told of is found before the call is given up', async () => {
    const call = await world.call({ caller: false, policy: { callerMs: 3_000 } });
    await call.at('caller');
    call.livekit.callerSid = 'PA_1';
    expect((await endOf(call))?.reason).toBe('completed');
  });

  test('a caller who comes back after a network change keeps the call', async () => {
    const agents = [diesSaying('It works.'), acceptsOnly];
    const call = await world.call({ agents, policy: { callerGraceMs: 200 } });
    await call.asked('dispatchAgent 2');
    await call.callerLeaves(); // the webhook
    call.livekit.callerSid = 'PA_2'; // and no agent to tell of this
    await call.asked('lookAtRoom');
    await call.agents[1]!.ready();
    expect((await endOf(call))?.reason).toBe('completed');
  });

  test.each([true, false])('whom an agent lost sight of keeps the call while LiveKit lists them: %s', async (there) => {
    const goOn = gate();
    const speaking: AgentScript = { ...healthy, say: () => goOn.passed.then(() => SAID) };
    const call = await world.call({ agents: [speaking], policy: { callerGraceMs: 2_000 } });
    await call.at('flow');
    // The agent's own line was broken, or LiveKit's list is behind.
    await call.signal(MESSAGES.roomEvent, { kind: 'left', identity: CALLER_IDENTITY, sid: 'PA_1', at: Date.now() });
    await call.asked('lookAtRoom');
    if (there) goOn.open();
    else call.livekit.callerSid = undefined;
    expect((await endOf(call))?.reason).toBe(there ? 'completed' : 'caller-hangup');
    goOn.open();
  });

  test('a caller who leaves unheard of costs no further agents', async () => {
    const nobodyHears: AgentScript = {
      ...healthy,
      say: () => Promise.reject(failure(AGENT_FAILURES.silent, 'nobody subscribed')),
    };
    const policy = { callerGraceMs: 200 };
    const call = await world.call({ agents: [diesSaying('It works.'), nobodyHears], policy });
    await call.asked('dispatchAgent 2');
    call.livekit.callerSid = undefined; // and the webhook was lost
    expect((await endOf(call))?.reason).toBe('caller-hangup');
    expect(call.agents).toHaveLength(2);
  });
});

test('a replacement that cannot start is replaced, too', async () => {
  const cannotStart: AgentScript = { ...healthy, startFlow: () => Promise.reject(failure(AGENT_FAILURES.job, 'odd')) };
  const call = await world.call({ agents: [diesSaying('It works.'), cannotStart, healthy] });
  expect((await endOf(call))?.reason).toBe('completed');
});

test('a superseded agent is sent away also when LiveKit is away for a while', async () => {
  const [superseded, go] = [gate(), gate()];
  const late: AgentScript = {
    dispatched: (agent) => void superseded.passed.then(() => agent.accept()).then(() => agent.ready()),
  };
  const newer: AgentScript = {
    async dispatched(agent) {
      superseded.open();
      await agent.accept();
      await agent.ready();
    },
    say: () => go.passed.then(() => SAID),
  };
  const livekit = { withdrawAgent: Array.from({ length: 9 }, () => unavailable) };
  const call = await world.call({ agents: [late, newer], livekit, policy: { acceptMs: 60 } });
  await call.at('flow');
  await call.eventually(() => expect(call.livekit.remains.participants).toEqual(['agent-2']));
  go.open();
  expect((await endOf(call))?.reason).toBe('completed');
});

test('a caller who is gone ends the call also when LiveKit refuses to say whether there is a room', async () => {
  const go = gate();
  const agent: AgentScript = { ...healthy, say: () => go.passed.then(() => SAID) };
  const call = await world.call({
    agents: [agent],
    livekit: { lookAtRoom: [refuses] },
    policy: { callerGraceMs: 100 },
  });
  await call.at('flow');
  await call.callerLeaves();
  expect((await endOf(call))?.reason).toBe('caller-hangup');
});

const odd = { toString: 1, valueOf: 1 };
test.concurrent.each([
  [MESSAGES.agentReady, { timings: null }],
  [MESSAGES.agentReady, { protocol: odd }],
  [MESSAGES.agentFailed, { error: odd }],
  [MESSAGES.roomEvent, { kind: 'left', identity: odd, sid: 'x' }],
  [MESSAGES.roomEvent, { kind: 'left', identity: 'caller', sid: odd }],
  [MESSAGES.hangup, null],
])('%s with %j does not hold the call up', async (name, more) => {
  const policy = { readyMs: 3_000, renewMs: 1_000, dispatchAttempts: 1 };
  const call = await world.call({ agents: [acceptsOnly], policy });
  await call.at('agent-ready');
  const { jobId, host } = call.agents[0]!;
  const fitting = { attempt: 1, jobId, hostId: host.id, identity: 'agent-1', protocol: 1, timings: {} };
  await call.signal(name, more && { ...fitting, ...more });
  await call.result();
  const { events } = await call.handle.fetchHistory();
  expect(events!.flatMap(({ workflowTaskFailedEventAttributes: failed }) => failed?.failure?.message ?? [])).toEqual(
    [],
  );
});
