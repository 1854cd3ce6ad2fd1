import { describe, expect, it } from 'vitest';
import { overlapMs, rms, SpeechMeter, type Segment } from '../../../scripts/call/energy.js';

const RATE = 8_000;
const FRAME_MS = 20;
const START = 1_000_000;

/** Plays a script of [milliseconds, amplitude] into a meter in 20 ms frames. */
function played(script: [ms: number, amplitude: number][], meter = new SpeechMeter('agent-1')): Segment[] {
  let now = START;
  for (const [ms, amplitude] of script) {
    for (let done = 0; done < ms; done += FRAME_MS) {
      now += FRAME_MS;
      const samples = Int16Array.from({ length: (RATE * FRAME_MS) / 1000 }, (_, i) => amplitude * Math.sin(i / 3));
      meter.add(samples, RATE, now);
    }
  }
  return meter.segments;
}

describe('rms', () => {
  it('is the level of a square wave, and 0 of nothing', () => {
    expect(rms(Int16Array.of(100, -100, 100, -100))).toBe(100);
    expect(rms(new Int16Array(0))).toBe(0);
  });
});

describe('SpeechMeter', () => {
  it('hears nothing in comfort noise', () => {
    expect(played([[2_000, 40]])).toEqual([]);
  });

  it('says when speech began and ended', () => {
    const [segment, ...more] = played([
      [500, 0],
      [300, 5_000],
      [1_000, 20],
    ]);
    expect(more).toEqual([]);
    expect(segment).toMatchObject({ identity: 'agent-1', startAt: START + 500, endAt: START + 800, audibleMs: 300 });
    expect(segment!.peak).toBeGreaterThan(3_000);
  });

  it('keeps a short pause inside a sentence, and splits at a long one', () => {
    const segments = played([
      [200, 5_000],
      [300, 0],
      [200, 5_000],
      [600, 0],
      [200, 5_000],
    ]);
    expect(segments.map(({ startAt, endAt }) => [startAt - START, endAt - START])).toEqual([
      [0, 700],
      [1_300, 1_500],
    ]);
    expect(segments[0]!.audibleMs).toBe(400);
  });

  it('takes a click for no speech', () => {
    expect(
      played([
        [20, 20_000],
        [800, 0],
      ]),
    ).toEqual([]);
  });

  it('tells of a segment once, when it is long enough', () => {
    const told: number[] = [];
    played([[400, 5_000]], new SpeechMeter('agent-1', {}, (segment) => told.push(segment.audibleMs)));
    expect(told).toEqual([40]);
  });
});

describe('overlapMs', () => {
  const segment = (identity: string, startAt: number, endAt: number): Segment => ({
    identity,
    startAt,
    endAt,
    audibleMs: endAt - startAt,
    peak: 1,
  });

  it('counts what two identities said at once, not what one said twice', () => {
    expect(overlapMs([segment('agent-1', 0, 1_000), segment('agent-2', 1_000, 2_000)])).toBe(0);
    expect(overlapMs([segment('agent-1', 0, 1_000), segment('agent-2', 700, 2_000)])).toBe(300);
    expect(overlapMs([segment('agent-1', 0, 1_000), segment('agent-1', 700, 2_000)])).toBe(0);
  });
});
