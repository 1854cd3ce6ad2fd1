import { describe, expect, it } from 'vitest';
import { judgeSteady, type Sample, type Watched } from '../../../scripts/faults/steady.js';

const RESTS = 4;
const sample = (more: Partial<Sample> = {}): Sample => ({ mb: 170, handles: 81, processes: 13, ...more });
const steady = (): Watched => ({
  atWork: Array.from({ length: 90 }, (_, n) => sample({ mb: 168 + (n % 5), handles: 60 + (n % 30) })),
  atRest: Array.from({ length: RESTS }, (_, n) => sample({ handles: 81 + (n % 2) })),
});

function judge(watched: Watched) {
  const notes: string[] = [];
  const shortfalls: string[] = [];
  const must = (ok: boolean, otherwise: string) => void (ok || shortfalls.push(otherwise));
  judgeSteady({ note: (figure) => void notes.push(figure), must }, 'agent host', watched);
  return { notes, shortfalls };
}

describe('whether a process is steady', () => {
  it('one that works, and rests as it did, is', () => {
    expect(judge(steady())).toEqual({
      notes: ['agent host: 170 -> 170 MB at work, 81 -> 82 -> 81 -> 82 handles at rest'],
      shortfalls: [],
    });
  });

  it('a pool that is fuller late than early does not look like a leak, since it is counted at rest', () => {
    const atWork = steady().atWork.map((each, n) => ({ ...each, handles: 81 + Math.floor(n / 3) }));
    expect(judge({ ...steady(), atWork }).shortfalls).toEqual([]);
  });

  it.each<[string, Partial<Watched>, string]>([
    [
      'a handle for every eight of 300 calls',
      { atRest: steady().atRest.map((each, n) => ({ ...each, handles: 81 + Math.round((n * 75) / 8) })) },
      'agent host went from 81 to 109 handles at rest',
    ],
    [
      'a process that is never ended',
      { atRest: steady().atRest.map((each, n) => ({ ...each, processes: 13 + n })) },
      'agent host went from 13 to 16 processes at rest',
    ],
    [
      'a quarter of a megabyte for every call',
      { atWork: steady().atWork.map((each, n) => ({ ...each, mb: Math.round(170 + n * 0.75) })) },
      'agent host grew from 181 to 226 MB',
    ],
  ])('a leak is seen: %s', (_what, leak, shortfall) => {
    expect(judge({ ...steady(), ...leak }).shortfalls).toEqual([shortfall]);
  });

  it('too short a soak proves nothing', () => {
    expect(judge({ ...steady(), atWork: [] }).shortfalls[0]).toMatch(/too little/);
    expect(judge({ ...steady(), atRest: [sample()] }).shortfalls[0]).toMatch(/too little/);
  });
});
