import { describe, expect, test } from 'vitest';
import { MESSAGES } from '../../contract/index.js';
import { dispatchedAnew, lost } from '../support/scripted-agent.js';
import type { Scene } from '../support/scripted-call.js';
import { gate } from '../support/scripted-gate.js';
import {
  answersAfter,
  hangs,
  NOTHING,
  refuses,
  unavailable,
  worksAfter,
  worksUnheard,
} from '../support/scripted-livekit.js';
import { namesOfActivities } from '../support/scripted-history.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();
const nobodyComes: Scene = { agents: [lost], policy: { acceptMs: 60, dispatchAttempts: 1 } };
const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value);

describe.concurrent('clean-up', () => {
  test('LiveKit away: asked until it is back, and the outcome stays', async () => {
    const call = await world.call({ livekit: { deleteRoom: times(3, unavailable) } });
    const { ended, cleanup } = await call.result();
    expect(ended).toMatchObject({ reason: 'completed', stage: 'flow' });
    expect(cleanup.map(({ ok }) => ok)).toEqual([true]);
    expect(call.livekit.log.filter((entry) => entry === 'deleteRoom')).toHaveLength(4);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('LiveKit away after a failure: the failure stays the outcome', async () => {
    const livekit = { dispatchAgent: [refuses], deleteRoom: times(2, unavailable) };
    const call = await world.call({ ...dispatchedAnew, livekit });
    const { ended } = await call.result();
    expect(ended?.reason).toBe('agent-dispatch-failed');
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('a clean-up whose answer is lost is done again', async () => {
    const livekit = { deleteRoom: [worksUnheard], withdrawAgent: [worksUnheard] };
    const call = await world.call({ ...nobodyComes, livekit });
    expect((await call.result()).cleanup.map(({ ok }) => ok)).toEqual([true, true]);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('what LiveKit refuses is recorded beside the outcome, and the rest is still undone', async () => {
    // The first is asked for when the attempt is given up.
    const call = await world.call({ ...nobodyComes, livekit: { withdrawAgent: times(2, refuses) } });
    const { ended, cleanup } = await call.result();
    expect(ended?.reason).toBe('agent-unavailable');
    expect(cleanup).toEqual([
      { what: 'delete room', ok: true },
      { what: 'withdraw agent', ok: false, error: expect.stringContaining('401') },
    ]);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('a request that hangs is made again', async () => {
    const call = await world.call({ livekit: { deleteRoom: [hangs] } });
    const { ended, cleanup } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(cleanup.map(({ ok }) => ok)).toEqual([true]);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('neither hangup nor cancel stops it', async () => {
    const back = gate();
    const call = await world.call({ livekit: { deleteRoom: [worksAfter(back.passed)] } });
    await call.asked('deleteRoom');
    await call.cancel();
    await call.hangup();
    await call.signal(MESSAGES.roomEvent, { kind: 'room-finished', at: Date.now() });
    await call.at('cleanup');
    back.open();
    const { ended, cleanup } = await call.result();
    expect(ended).toMatchObject({ reason: 'completed', by: 'agent' });
    expect(cleanup.map(({ ok }) => ok)).toEqual([true]);
  });

  test('waits for the room that was being made when the call was hung up', async () => {
    const made = gate();
    const call = await world.call({ livekit: { createRoom: [worksAfter(made.passed)] }, caller: false });
    await call.asked('createRoom');
    await call.hangup();
    await call.eventually(async () => expect((await call.view()).ended).not.toBeNull());
    made.open();
    expect((await call.result()).ended).toMatchObject({ reason: 'operator-canceled', stage: 'room' });
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('waits for the dispatch that was being made when the call was hung up', async () => {
    const made = gate();
    const livekit = { dispatchAgent: [worksAfter(made.passed)] };
    const call = await world.call({ ...dispatchedAnew, livekit, agents: [lost] });
    await call.asked('dispatchAgent 2');
    await call.hangup();
    await call.eventually(async () => expect((await call.view()).ended).not.toBeNull());
    made.open();
    expect((await call.result()).ended).toMatchObject({ reason: 'operator-canceled', stage: 'dispatch' });
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test.each([
    ['a room', 'createRoom', 'createRoom'],
    ['a dispatch', 'dispatchAgent', 'dispatchAgent 2'],
  ] as const)('%s that comes true after the call has ended is undone, too', async (_what, operation, asked) => {
    const made = gate();
    const livekit = { [operation]: [worksAfter(made.passed)] };
    const policy = { ...dispatchedAnew.policy, settleMs: 5_000 };
    const call = await world.call({ livekit, agents: [lost], caller: false, policy });
    await call.asked(asked);
    await call.hangup();
    await call.eventually(async () => expect((await call.view()).status).toBe('ended'));
    expect(call.livekit.log).toContain('deleteRoom');
    made.open();
    const { ended, cleanup, timeline } = await call.result();
    expect(ended?.reason).toBe('operator-canceled');
    expect(cleanup.map(({ ok }) => ok)).not.toContain(false);
    expect(timeline.filter(({ stage }) => stage === 'ended')).toHaveLength(1);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('a room that comes true while the clean-up runs is undone, too', async () => {
    const [made, deleted] = [gate(), gate()];
    const livekit = { createRoom: [worksAfter(made.passed)], deleteRoom: [answersAfter(deleted.passed)] };
    const call = await world.call({ livekit, caller: false, policy: { settleMs: 100 } });
    await call.asked('createRoom');
    await call.hangup();
    await call.asked('deleteRoom'); // there is nothing to delete yet
    made.open();
    await call.eventually(async () => expect(call.livekit.remains.room).toBe(true));
    await call.eventually(async () => expect(await namesOfActivities(call, 'answered')).toEqual(['createRoom']));
    deleted.open();
    expect((await call.result()).ended?.reason).toBe('operator-canceled');
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('a call that is hung up is not dispatched again', async () => {
    const call = await world.call({ ...dispatchedAnew, livekit: { dispatchAgent: times(3, unavailable) } });
    await call.asked('dispatchAgent 2');
    await call.hangup();
    await call.result();
    expect(call.livekit.dispatched).toEqual([1]);
    expect(call.livekit.remains).toEqual(NOTHING);
  });
});
