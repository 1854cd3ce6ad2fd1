import { describe, expect, test } from 'vitest';
import { MESSAGES } from '../../contract/index.js';
import { acceptsOnly, diesSaying, healthy, SAID } from '../support/scripted-agent.js';
import type { AgentScript } from '../support/scripted-agent.js';
import type { ScriptedCall } from '../support/scripted-call.js';
import { gate } from '../support/scripted-gate.js';
import { always, hangs, refuses, works, worksUnheard } from '../support/scripted-livekit.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();

const endOf = async (call: ScriptedCall) => (await call.result()).ended;

describe.concurrent('a dispatch', () => {
  test('that LiveKit made but never confirmed: its agent is used', async () => {
    const call = await world.call({ livekit: { dispatchAgent: always(worksUnheard) } });
    expect((await endOf(call))?.reason).toBe('completed');
  });

  test('of a replacement that LiveKit does not answer: the reason names LiveKit, not the agents', async () => {
    const call = await world.call({
      agents: [diesSaying('It works.')],
      livekit: { dispatchAgent: [works, ...always(hangs)] },
      policy: { readyMs: 2_000 },
    });
    expect((await endOf(call))?.reason).toBe('agent-dispatch-failed');
  });

  test('for which no time is left is not made', async () => {
    const call = await world.call({ policy: { setupMs: 1 }, livekit: { createRoom: [works] } });
    expect((await endOf(call))?.reason).toMatch(/agent-ready-timeout|room-create-failed/);
    expect(call.livekit.log).not.toContain('dispatchAgent 1');
  });
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
