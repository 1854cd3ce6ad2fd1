import { describe, expect, test } from 'vitest';
import type { EndedReason, Said } from '../../contract/index.js';
import { diesSaying, dispatchedAnew, healthy, lost } from './scripted-agent.js';
import type { AgentScript } from './scripted-agent.js';
import type { Scene, ScriptedCall } from './scripted-call.js';
import { NOTHING, refuses, unavailable } from './scripted-livekit.js';
import type { World } from './scripted-world.js';

interface Case extends Scene {
  then?(call: ScriptedCall): Promise<unknown>;
  ends: EndedReason;
  attempts: string[];
}

const speaksForever: AgentScript = { ...healthy, say: () => new Promise<Said>(() => undefined) };
const speaking = (call: ScriptedCall) => call.eventually(() => expect(call.agents[0]?.asked).toHaveLength(1));

const NOWHERE = { hostId: 'host-nowhere' };
/** Its host is not there to be asked anything. */
const unreachable: AgentScript = {
  async dispatched(agent) {
    await agent.accept(NOWHERE);
    await agent.ready(NOWHERE);
  },
};

/** The lives that a call can have, one of each kind. Their histories are the fixtures of tests/replay. */
const MAIN_CASES: Record<string, Case> = {
  completed: { ends: 'completed', attempts: ['ready'] },
  'dispatched-again': {
    ...{ agents: [lost, lost, healthy], policy: { acceptMs: 80 } },
    ...{ ends: 'completed', attempts: ['not-accepted', 'not-accepted', 'ready'] },
  },
  'agent-recovered': {
    ...{ agents: [diesSaying('It works.'), healthy] },
    ...{ ends: 'completed', attempts: ['lost', 'ready'] },
  },
  'host-asked-again': {
    ...{ agents: [unreachable, healthy], policy: { reattachMs: 500 } },
    ...{ ends: 'completed', attempts: ['lost', 'ready'] },
  },
  'agent-unavailable': {
    ...{ agents: [lost], policy: { acceptMs: 80, dispatchAttempts: 2 } },
    ...{ ends: 'agent-unavailable', attempts: ['not-accepted', 'not-accepted'] },
  },
  'dispatch-refused': {
    ...{ ...dispatchedAnew, livekit: { dispatchAgent: [refuses], deleteRoom: [unavailable] } },
    ...{ ends: 'agent-dispatch-failed', attempts: ['not-accepted', 'dispatch-failed'] },
  },
  'hung-up': {
    ...{ agents: [speaksForever], then: (call) => speaking(call).then(() => call.hangup()) },
    ...{ ends: 'operator-canceled', attempts: ['ready'] },
  },
  canceled: {
    ...{ agents: [speaksForever], then: (call) => speaking(call).then(() => call.cancel()) },
    ...{ ends: 'operator-canceled', attempts: ['ready'] },
  },
  'caller-came-back': {
    ...{ agents: [speaksForever], policy: { callerGraceMs: 2_000 } },
    async then(call) {
      await speaking(call);
      await call.callerLeaves();
      await call.callerJoins('PA_2');
      await call.callerLeaves({ sid: 'PA_2' });
    },
    ...{ ends: 'caller-hangup', attempts: ['ready'] },
  },
};

export function testMainCases(world: World): void {
  describe.concurrent('the main cases', () => {
    test.each(Object.entries(MAIN_CASES))('%s', async (name, { then, ends, attempts, ...scene }) => {
      const call = await world.call(scene);
      world.fixture(name, call);
      await then?.(call);
      const view = await call.result();
      expect(view.ended?.reason).toBe(ends);
      expect(view.attempts.map(({ outcome }) => outcome)).toEqual(attempts);
      expect(view.cleanup.every(({ ok }) => ok)).toBe(true);
      expect(call.livekit.remains).toEqual(NOTHING);
    });
  });
}
