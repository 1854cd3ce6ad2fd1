import { describe, expect, test } from 'vitest';
import type { CallPolicy, CallView, EndedReason, Stage } from '../../contract/index.js';
import { acceptsOnly, diesSaying, dispatchedAnew, failure, healthy, lost } from '../support/scripted-agent.js';
import type { AgentScript } from '../support/scripted-agent.js';
import { DIALS, GREETING } from '../support/scripted-call.js';
import type { Scene, ScriptedCall } from '../support/scripted-call.js';
import { namesOfActivities } from '../support/scripted-history.js';
import { always, hangs, NOTHING, refuses, unavailable } from '../support/scripted-livekit.js';
import { responds, ringsOn } from '../support/scripted-phone.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();

/** From the hangup to the workflow's end; two seconds is the goal, the rest is for a busy machine. */
const QUICK_MS = 10_000;

const speaksForever: AgentScript = { ...healthy, say: () => new Promise(() => undefined) };
const cannotStart: AgentScript = {
  ...healthy,
  startFlow: () => Promise.reject(failure('JobFailed', 'no such language')),
};
const neverLoads: AgentScript = {
  async dispatched(agent) {
    await agent.accept();
    void agent.call.at('agent-ready').then(() => agent.fail('no speech model'));
  },
};

interface Held {
  scene: Scene;
  /** Resolves when the call stands at the stage. */
  there(call: ScriptedCall): Promise<unknown>;
  undone: string[];
}

const ROOM_ONLY = ['delete room'];
/** The agent is not in the room yet; later it leaves as the room is deleted. */
const AND_AGENT = ['delete room', 'withdraw agent'];

/** How a call is held at each stage. */
const STAGES: Partial<Record<Stage, Held>> = {
  room: {
    scene: { livekit: { createRoom: always(hangs) } },
    there: (call) => call.asked('createRoom'),
    undone: ROOM_ONLY,
  },
  dispatch: { scene: { agents: [lost] }, there: (call) => call.at('dispatch'), undone: AND_AGENT },
  'agent-ready': { scene: { agents: [acceptsOnly] }, there: (call) => call.at('agent-ready'), undone: AND_AGENT },
  dial: {
    scene: { input: DIALS, phone: ringsOn },
    there: (call) => call.asked('dial'),
    // The room takes the line along; afterwards it is made sure that no phone rings.
    undone: ['delete room', 'hang up the phone'],
  },
  caller: { scene: { caller: false }, there: (call) => call.at('caller'), undone: ROOM_ONLY },
  flow: {
    scene: { agents: [speaksForever] },
    there: (call) => call.eventually(() => expect(call.agents[0]?.asked).toHaveLength(1)),
    undone: ROOM_ONLY,
  },
};

const waitsForBackend: Held = {
  scene: {
    flow: {
      ...GREETING,
      start: 'only',
      nodes: {
        only: {
          ...{ type: 'http', method: 'GET', url: 'http://backend.example/hangs', timeoutMs: 30_000 },
          on: { ok: null, error: null },
        },
      },
    },
  },
  there: (call) => call.eventually(async () => expect(await namesOfActivities(call)).toContain('sendRequest')),
  undone: ROOM_ONLY,
};

type Cause = 'hangup' | 'cancel' | 'caller gone';
const CAUSES: Record<Cause, { bring(call: ScriptedCall): Promise<unknown>; reason(stage: Stage): EndedReason }> = {
  hangup: { bring: (call) => call.hangup(), reason: () => 'operator-canceled' },
  cancel: { bring: (call) => call.cancel(), reason: () => 'operator-canceled' },
  'caller gone': {
    bring: (call) => call.callerLeaves({ intentional: true }),
    reason: (stage) => (stage === 'flow' ? 'caller-hangup' : 'caller-abandoned'),
  },
};

interface Failing extends Omit<Scene, 'policy'> {
  policy?: Partial<CallPolicy>;
  stage: Stage;
  reason: EndedReason;
}

/** What goes wrong by itself at each stage. A caller is only waited for: it can be late, but not refuse. */
const FAILURES: Record<string, Failing> = {
  'room, non-retryable error': { stage: 'room', reason: 'room-create-failed', livekit: { createRoom: [refuses] } },
  'room, retries exhausted': {
    ...{ stage: 'room', reason: 'room-create-failed' },
    livekit: { createRoom: always(unavailable) },
  },
  'room, timeout': {
    ...{ stage: 'room', reason: 'room-create-failed' },
    ...{ livekit: { createRoom: always(hangs) }, policy: { setupMs: 300 } },
  },
  'dispatch, non-retryable error': {
    ...{ stage: 'dispatch', reason: 'agent-dispatch-failed' },
    ...{ ...dispatchedAnew, livekit: { dispatchAgent: [refuses] } },
  },
  'dispatch, retries exhausted': {
    ...{ stage: 'dispatch', reason: 'agent-dispatch-failed' },
    ...{ ...dispatchedAnew, livekit: { dispatchAgent: always(unavailable) } },
  },
  'dispatch, LiveKit does not answer': {
    ...{ stage: 'dispatch', reason: 'agent-unavailable' },
    ...{ agents: [lost], livekit: { dispatchAgent: always(hangs) } },
    policy: { ...dispatchedAnew.policy, readyMs: 2_000 },
  },
  'dispatch, timeout': {
    ...{ stage: 'dispatch', reason: 'agent-unavailable' },
    ...{ agents: [lost], policy: { acceptMs: 60, dispatchAttempts: 2 } },
  },
  'agent-ready, non-retryable error': {
    ...{ stage: 'agent-ready', reason: 'agent-ready-timeout' },
    ...{ agents: [neverLoads], policy: { dispatchAttempts: 1 } },
  },
  'agent-ready, retries exhausted': {
    ...{ stage: 'agent-ready', reason: 'agent-ready-timeout' },
    ...{ agents: [neverLoads], policy: { dispatchAttempts: 3 } },
  },
  'agent-ready, timeout': {
    ...{ stage: 'agent-ready', reason: 'agent-ready-timeout' },
    ...{ agents: [acceptsOnly], policy: { readyMs: 2_000 } },
  },
  'dial, non-retryable error': { stage: 'dial', reason: 'busy', input: DIALS, phone: responds(486) },
  'dial, answer lost': {
    ...{ stage: 'dial', reason: 'orchestrator-error', input: DIALS, policy: { absentMs: 100 } },
    async phone(line) {
      line.end();
      throw new TypeError('fetch failed');
    },
  },
  'dial, timeout': {
    ...{ stage: 'dial', reason: 'no-answer', input: DIALS, policy: { dialMs: 100 } },
    phone: () => Promise.reject(new TypeError('fetch failed')),
  },
  'dial, longest duration': {
    ...{ stage: 'dial', reason: 'max-duration', input: DIALS, phone: ringsOn, policy: { maxDurationMs: 3_000 } },
  },
  'caller, timeout': { stage: 'caller', reason: 'caller-not-joined', caller: false, policy: { callerMs: 100 } },
  'flow, non-retryable error': { stage: 'flow', reason: 'flow-start-failed', agents: [cannotStart] },
  'flow, retries exhausted': {
    ...{ stage: 'flow', reason: 'agent-lost' },
    ...{ agents: [diesSaying('It works.')], policy: { recoveries: 1 } },
  },
  'flow, timeout': {
    ...{ stage: 'flow', reason: 'max-duration' },
    ...{ agents: [speaksForever], policy: { maxDurationMs: 8_000 } },
  },
};

/** One outcome, said everywhere alike, and nothing left. */
async function expectRolledBack(call: ScriptedCall, view: CallView, undone: string[]): Promise<void> {
  expect(view.cleanup).toEqual(undone.map((what) => ({ what, ok: true })));
  expect(view.timeline.filter(({ stage }) => stage === 'cleanup')).toHaveLength(1);
  expect(view.timeline.at(-1)?.stage).toBe('ended');
  expect(view.status).toBe('ended');
  expect(call.livekit.remains).toEqual(NOTHING);
  const { searchAttributes, status } = await call.handle.describe();
  expect(status.name).toBe('COMPLETED');
  expect(searchAttributes).toMatchObject({ CallEndedReason: [view.ended?.reason], CallFault: [view.ended?.fault] });
}

describe.concurrent('rollback of a call that is ended', () => {
  const held: [string, Held][] = [...Object.entries(STAGES), ['flow', waitsForBackend]];
  const table = held.flatMap(([stage, held]) =>
    (Object.keys(CAUSES) as Cause[])
      // A phone that is not answered yet has no caller who could leave.
      .filter((cause) => stage !== 'dial' || cause !== 'caller gone')
      .map((cause) => ({ stage: stage as Stage, cause, ...held })),
  );
  test.each(table)('at $stage, by $cause', async ({ stage, cause, scene, there, undone }) => {
    const call = await world.call(scene);
    await there(call);
    if (cause === 'caller gone' && stage === 'room') await call.callerJoins();
    const began = Date.now();
    await CAUSES[cause].bring(call);
    const view = await call.result();
    expect(Date.now() - began).toBeLessThan(QUICK_MS);
    expect(view.ended).toMatchObject({ reason: CAUSES[cause].reason(stage), stage });
    expect(call.livekit.dials).toBe(stage === 'dial' ? 1 : 0);
    await expectRolledBack(call, view, undone);
  });
});

describe.concurrent('rollback of a call that fails', () => {
  test.each(Object.entries(FAILURES))('at %s', async (_what, { stage, reason, ...scene }) => {
    const call = await world.call(scene);
    const view = await call.result();
    expect(view.ended).toMatchObject({ reason, stage, by: 'system' });
    expect(call.livekit.dials).toBeLessThanOrEqual(1);
    const undone = ['dispatch', 'agent-ready'].includes(stage) ? AND_AGENT : ROOM_ONLY;
    const lineInDoubt = ['orchestrator-error', 'max-duration'].includes(reason) && stage === 'dial';
    await expectRolledBack(call, view, lineInDoubt ? ['delete room', 'hang up the phone'] : undone);
  });
});
