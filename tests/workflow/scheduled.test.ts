import { describe, expect, test } from 'vitest';
import { DIALS } from '../support/scripted-call.js';
import { NOTHING } from '../support/scripted-livekit.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();
const HOUR = 3_600_000;
const scheduled = (inMs: number) => {
  const startAt = Date.now() + inMs;
  return { ...DIALS, startAt, startBy: startAt + 30_000 };
};

describe.concurrent('a scheduled call', () => {
  test('can be looked at, and does nothing before its time', async () => {
    const input = scheduled(HOUR);
    const call = await world.call({ input });
    const view = await call.view();
    expect(view).toMatchObject({ status: 'active', stage: 'admitted', startAt: input.startAt, ended: null });
    expect(view.timeline).toEqual([
      { stage: 'admitted', at: expect.any(Number), detail: `scheduled for ${new Date(input.startAt).toISOString()}` },
    ]);
    expect(call.livekit.log).toEqual([]);
    await call.hangup();
    const { ended, cleanup } = await call.result();
    expect(ended).toMatchObject({ reason: 'operator-canceled', stage: 'admitted' });
    expect(cleanup).toEqual([]);
    expect(call.livekit.log).toEqual([]);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('is canceled in Temporal, too', async () => {
    const call = await world.call({ input: scheduled(HOUR) });
    await call.view();
    await call.cancel();
    expect((await call.result()).ended).toMatchObject({ reason: 'operator-canceled', stage: 'admitted' });
    expect(call.livekit.dials).toBe(0);
  });

  test('begins when its time has come', async () => {
    const input = scheduled(1_500);
    const call = await world.call({ input });
    const { ended, timeline } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(timeline.find(({ stage }) => stage === 'room')!.at).toBeGreaterThanOrEqual(input.startAt);
    expect(call.livekit.dials).toBe(1);
  });

  test('that nobody could begin in time is not begun late', async () => {
    const startAt = Date.now() - HOUR;
    const call = await world.call({ input: { ...DIALS, startAt, startBy: startAt + 30_000 } });
    expect((await call.result()).ended?.reason).toBe('queue-timeout');
    expect(call.livekit.dials).toBe(0);
  });
});
