import { describe, expect, test } from 'vitest';
import { MESSAGES } from '../../contract/index.js';
import type { EndedReason } from '../../contract/index.js';
import { dispatchedAnew, healthy, lost } from '../support/scripted-agent.js';
import type { AgentScript } from '../support/scripted-agent.js';
import { DIALS } from '../support/scripted-call.js';
import type { ScriptedCall } from '../support/scripted-call.js';
import { gate } from '../support/scripted-gate.js';
import { historyOf } from '../support/scripted-history.js';
import { hangs, NOTHING } from '../support/scripted-livekit.js';
import { answersAfter, answersUnheard, responds, ringsOn, timesOut } from '../support/scripted-phone.js';
import type { PhoneScript } from '../support/scripted-phone.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();
const input = DIALS;
const stagesOf = ({ timeline }: Awaited<ReturnType<ScriptedCall['result']>>) => timeline.map(({ stage }) => stage);

describe.concurrent('an outbound call', () => {
  test('dials once the agent is ready, and greets once the phone is answered', async () => {
    const answer = gate();
    const call = await world.call({ input, phone: answersAfter(answer.passed) });
    await call.at('dial');
    await call.asked('dial');
    expect(call.agents[0]!.started).toEqual([]);
    answer.open();
    const view = await call.result();
    expect(view.ended).toMatchObject({ reason: 'completed', fault: 'none' });
    expect(stagesOf(view)).toEqual([
      ...['admitted', 'room', 'dispatch', 'agent-ready', 'dial', 'caller', 'flow', 'cleanup', 'ended'],
    ]);
    expect(call.agents[0]!.spoken).toEqual(['Hello Ada!', 'It works.']);
    expect(call.livekit.log).toEqual(['createRoom', 'dispatchAgent 1', 'dial', 'deleteRoom']);
    expect(view.cleanup).toEqual([{ what: 'delete room', ok: true }]);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('keeps the number out of the view, search attributes and everything that the Web UI lists', async () => {
    const call = await world.call({ input });
    const view = await call.result();
    const { raw, ...description } = await call.handle.describe();
    const listed = JSON.stringify([view, description.searchAttributes, description.memo, raw.executionConfig]);
    const summaries = (await historyOf(call)).map(({ userMetadata }) => userMetadata?.summary?.data?.toString() ?? '');
    expect(listed + summaries.join()).not.toMatch(/901820|OTAxODIw/);
  });

  test('stays with the phone though LiveKit said how it was answered to nobody', async () => {
    const answer = gate();
    const call = await world.call({ input, phone: answersUnheard(answer.passed) });
    await call.asked('dial');
    answer.open();
    expect((await call.result()).ended?.reason).toBe('completed');
    expect(call.livekit.dials).toBe(1);
  });

  test('takes a caller who hangs up right away for what they are', async () => {
    const phone: PhoneScript = async (line) => {
      line.answer();
      await call.callerJoins(line.sid);
      await call.callerLeaves({ sid: line.sid, intentional: true });
    };
    const call: ScriptedCall = world.prepare({ input, phone });
    await call.start();
    expect((await call.result()).ended).toMatchObject({ reason: 'caller-abandoned', by: 'caller' });
  });

  test('replaces an agent that is lost while it rings', async () => {
    const answer = gate();
    const call = await world.call({ input, phone: answersAfter(answer.passed) });
    await call.asked('dial');
    await call.agents[0]!.fail('crashed');
    await call.asked('dispatchAgent 2');
    await call.at('dial');
    answer.open();
    const view = await call.result();
    expect(view.ended?.reason).toBe('completed');
    expect(call.agents[1]!.spoken).toEqual(['Hello Ada!', 'It works.']);
    expect(call.livekit.dials).toBe(1);
  });

  const speaksForever: AgentScript = { ...healthy, say: () => new Promise(() => undefined) };

  test('is hung up by the phone in mid-conversation', async () => {
    const call = await world.call({ input, agents: [speaksForever] });
    await call.at('flow');
    await call.callerLeaves({ sid: 'PA_phone', intentional: true });
    expect((await call.result()).ended).toMatchObject({ reason: 'caller-hangup' });
  });
});

const CODES: [number, EndedReason][] = [
  [486, 'busy'],
  [600, 'busy'],
  [480, 'no-answer'],
  [408, 'no-answer'],
  [603, 'declined'],
  [403, 'declined'],
  [404, 'invalid-number'],
  [484, 'invalid-number'],
  [503, 'carrier-rejected'],
  [488, 'carrier-rejected'],
];

describe.concurrent('a phone that does not answer', () => {
  test.each(CODES)('with %i ends the call as %s, and is not called again', async (code, reason) => {
    const call = await world.call({ input, phone: responds(code, 'Because') });
    const view = await call.result();
    expect(view.ended).toMatchObject({ reason, sipCode: code, stage: 'dial', by: 'system' });
    expect(view.ended?.detail).toContain(`SIP ${code} Because`);
    expect(call.livekit.dials).toBe(1);
    expect(call.agents[0]!.started).toEqual([]);
    expect(view.cleanup).toEqual([{ what: 'delete room', ok: true }]);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('in time, when LiveKit gives up', async () => {
    const rings: PhoneScript = (line) =>
      new Promise((resolve) => setTimeout(resolve, 1_000)).then(() => timesOut(line));
    const call = await world.call({ input, phone: rings, policy: { dialMs: 1_000 } });
    const { ended } = await call.result();
    expect(ended).toMatchObject({ reason: 'no-answer', stage: 'dial' });
    expect(ended).not.toHaveProperty('sipCode');
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('in time, though nobody gives up', async () => {
    const phone: PhoneScript = () => Promise.reject(new TypeError('fetch failed'));
    const call = await world.call({ input, phone, policy: { dialMs: 500 } });
    expect((await call.result()).ended).toMatchObject({ reason: 'no-answer', stage: 'dial' });
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('and whose line is gone, nobody knows how: nothing is guessed, nothing dialled again', async () => {
    const phone: PhoneScript = (line) => {
      line.end();
      return Promise.reject(new TypeError('fetch failed'));
    };
    const call = await world.call({ input, phone, policy: { absentMs: 100 } });
    const { ended } = await call.result();
    expect(ended).toMatchObject({ reason: 'orchestrator-error', fault: 'platform', stage: 'dial' });
    expect(ended?.detail).toMatch(/not dialled again.*LiveKit SIP/);
    expect(call.livekit.dials).toBe(1);
  });

  test.each([
    ['rejected', 'declined'],
    ['unavailable', 'no-answer'],
    ['trunk-failed', 'carrier-rejected'],
  ] as const)('and whose line is gone: that LiveKit said "%s" is enough', async (why, reason) => {
    const phone: PhoneScript = async (line) => {
      await call.signal(MESSAGES.roomEvent, {
        ...{ kind: 'left', identity: 'caller', sid: line.sid, at: Date.now(), phone: why },
      });
      line.end();
      throw new TypeError('fetch failed');
    };
    const call: ScriptedCall = world.prepare({ input, phone, policy: { absentMs: 100 } });
    await call.start();
    expect((await call.result()).ended).toMatchObject({ reason, stage: 'dial' });
  });
});

describe.concurrent('a dial that is tried again', () => {
  // Heartbeats come too late for each of these tries: to Temporal each looks like a worker that died.
  const policy = { heartbeatMs: 150 };

  test('finds the phone ringing, and adopts it when it answers', async () => {
    const answer = gate();
    const call = await world.call({ input, phone: answersAfter(answer.passed), policy });
    await call.eventually(async () => {
      const { raw } = await call.handle.describe();
      expect(raw.pendingActivities?.[0]?.attempt).toBeGreaterThan(2);
    });
    answer.open();
    const view = await call.result();
    expect(view.ended?.reason).toBe('completed');
    expect(call.livekit.dials).toBe(1);
  });

  test('does not dial for one that never did', async () => {
    const call = await world.call({ input, phone: ringsOn, policy: { ...policy, absentMs: 200 } });
    await call.asked('dial');
    call.livekit.line!.end(); // and the first try is not heard any more
    await call.result();
    expect(call.livekit.dials).toBe(1);
    expect(call.livekit.remains).toEqual(NOTHING);
  });
});

/** One after the other: they take the only call worker away. */
describe('a call worker that stops while the phone rings', () => {
  test('leaves the line to the next one', async () => {
    const answer = gate();
    const call = await world.call({ input, phone: answersAfter(answer.passed) });
    await call.asked('dial');
    await world.stopWorker();
    answer.open();
    await world.startWorker();
    const view = await call.result();
    expect(view.ended?.reason).toBe('completed');
    expect(call.livekit.dials).toBe(1);
  });
});

describe('a call worker that is away until nobody expects the phone to ring', () => {
  test('dials nothing when it is back, though an agent is ready', async () => {
    const call = await world.call({ input, agents: [lost], policy: { readyMs: 3_000, setupMs: 3_000 } });
    await call.asked('dispatchAgent 1');
    await call.at('dispatch');
    const { timeline } = await call.view();
    await world.stopWorker();
    await call.agents[0]!.accept();
    await call.agents[0]!.ready();
    await call.eventually(() => expect(Date.now() - timeline[0]!.at).toBeGreaterThan(4_500));
    await world.startWorker();
    const { ended } = await call.result();
    expect(ended).toMatchObject({
      reason: 'agent-ready-timeout',
      detail: expect.stringContaining('Nothing was dialled'),
    });
    expect(call.livekit.dials).toBe(0);
    expect(call.livekit.remains).toEqual(NOTHING);
  });
});

describe.concurrent('hanging up', () => {
  test('while it rings gives the line up at once', async () => {
    const call = await world.call({ input, phone: ringsOn });
    await call.asked('dial');
    await call.hangup();
    const view = await call.result();
    expect(view.ended).toMatchObject({ reason: 'operator-canceled', stage: 'dial' });
    expect(view.cleanup).toEqual([
      { what: 'delete room', ok: true },
      { what: 'hang up the phone', ok: true },
    ]);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('before the line was there: a room that it brings back is deleted, too', async () => {
    const deleted = gate();
    const call = world.prepare({ input, phone: ringsOn });
    // LiveKit SIP joins the room after it was deleted.
    const dialled = call.livekit.dialled.bind(call.livekit);
    const asked = gate();
    call.livekit.dialled = async () => {
      asked.open();
      await deleted.passed;
      return dialled();
    };
    const deleteRoom = call.livekit.deleteRoom.bind(call.livekit);
    call.livekit.deleteRoom = async () => {
      await deleteRoom();
      deleted.open();
    };
    await call.start();
    await asked.passed;
    await call.hangup();
    await call.result();
    expect(call.livekit.remains).toEqual(NOTHING);
    expect(call.livekit.log.filter((entry) => entry === 'deleteRoom')).toHaveLength(2);
  });

  test('before it is dialled: it never is', async () => {
    const call = await world.call({ ...dispatchedAnew, input, livekit: { dispatchAgent: [hangs] } });
    await call.asked('dispatchAgent 2');
    await call.hangup();
    expect((await call.result()).ended?.reason).toBe('operator-canceled');
    expect(call.livekit.dials).toBe(0);
  });
});
