import { describe, expect, it } from 'vitest';
import type { CallView, TimelineEntry } from '../../../client/index.js';
import { duration, offset } from '../../../gateway/web/format.js';
import { addSaid, addStage, bars, merged, scale } from '../../../gateway/web/stages.js';

const entry = (stage: TimelineEntry['stage'], at: number, ms?: number): TimelineEntry => ({
  stage,
  at,
  ...(ms !== undefined && { ms }),
});
const TIMELINE = [entry('admitted', 1_000, 0), entry('room', 1_000, 400), entry('dispatch', 1_400)];

describe('bars', () => {
  it('lie one after the other on one scale, the running one up to now', () => {
    const [admitted, room, dispatch] = bars(TIMELINE, 2_000);
    expect(admitted).toMatchObject({ left: 0, tookMs: 0, running: false });
    expect(admitted!.width).toBeGreaterThan(0); // seen all the same
    expect(room).toMatchObject({ left: 0, width: 40, tookMs: 400, running: false });
    expect(dispatch).toMatchObject({ left: 40, width: 60, tookMs: 600, running: true });
  });

  it('the end is a moment, and says how long the call took', () => {
    const ended = bars([...TIMELINE.slice(0, 2), entry('ended', 1_400)], 99_000).at(-1)!;
    expect(ended).toMatchObject({ tookMs: 400, running: false });
    expect(ended.left + ended.width).toBeCloseTo(100);
  });

  it('stay inside when a clock goes backwards', () => {
    for (const { left, width } of bars(TIMELINE, 500)) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left + width).toBeLessThanOrEqual(100.001);
    }
  });
});

describe('the scale', () => {
  it.each([[7_190], [120], [1], [65_000], [3_600_000]])('of %d ms has few, round lines', (ms) => {
    const { ticks, totalMs } = scale([entry('flow', 0, ms)], 0);
    expect(totalMs).toBe(ms);
    expect(ticks[0]).toBe(0);
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThan(9);
    expect(ticks.at(-1)!).toBeLessThanOrEqual(ms);
  });
});

describe('what comes in another order', () => {
  const view = (timeline: TimelineEntry[], said: CallView['said'] = []) =>
    ({ callId: 'a', timeline, said }) as CallView;

  it('a view that is older than an event does not undo it', () => {
    const known = view(TIMELINE);
    const late = view([entry('admitted', 1_000, 0), entry('room', 1_000)]);
    expect(merged(known, late).timeline).toEqual(TIMELINE);
  });

  it('a view from before the end does not undo the end', () => {
    const ended: CallView = { ...view([...TIMELINE, entry('ended', 1_500)]), status: 'ended' };
    const late: CallView = { ...view(TIMELINE), status: 'active' };
    expect(merged(ended, late)).toBe(ended);
    expect(merged(late, ended).status).toBe('ended');
  });

  it('a stage that is over is not running again', () => {
    const timeline = [entry('room', 1_000, 400)];
    addStage(timeline, entry('room', 1_000));
    expect(timeline).toEqual([entry('room', 1_000, 400)]);
  });

  it('what the view does not keep any more stays, once', () => {
    const [one, two] = [1, 2].map((at) => ({ at, node: 'n', who: 'agent' as const, text: `${at}` }));
    expect(merged(view([], [one!, two!]), view([], [two!])).said).toEqual([one, two]);
  });

  it('what came by a view and by an event is said once', () => {
    const one = { at: 1, node: 'n', who: 'agent' as const, text: 'a' };
    const said = [one];
    addSaid(said, { ...one });
    addSaid(said, { ...one, text: 'b' });
    expect(said.map(({ text }) => text)).toEqual(['a', 'b']);
  });

  it('another call is another call', () => {
    expect(merged({ ...view(TIMELINE), callId: 'b' }, view([])).timeline).toEqual([]);
  });
});

describe('words for durations', () => {
  it.each([
    [0, '0 ms'],
    [999.6, '1000 ms'],
    [1_234, '1.23 s'],
    [61_000, '1 min 1 s'],
    [119_900, '2 min 0 s'],
    [3_700_000, '1 h 1 min'],
  ])('%d', (ms, text) => expect(duration(ms)).toBe(text));

  it('on the scale', () =>
    expect([500, 2_000, 2_500].map((ms) => duration(ms, 0))).toEqual(['500 ms', '2 s', '2.5 s']));
  it('since the beginning', () => expect([0, 65_400].map(offset)).toEqual(['0:00', '1:05']));
});
