import { percentile } from '../call/stats.js';
import type { Finding } from './row.js';

/** Garbage that is not collected yet is no leak. */
const GROWTH = 1.15;
const GROWTH_MB = 15;
/** Connections that are kept for a while come and go. */
const MORE_HANDLES = 8;

/** A long-lived process at one moment. */
export interface Sample {
  mb: number;
  handles: number;
  /** It and its children. */
  processes: number;
}

/** What was seen of one process, from when it had settled. */
export interface Watched {
  /** While it worked. */
  atWork: readonly Sample[];
  /** In pauses, when no call was on and every process that is to be warm was: an agent host holds handles for each. */
  atRest: readonly Sample[];
}

/** A process that serves one call after the other must not grow: neither its memory, nor its handles, nor its children. */
export function judgeSteady(found: Pick<Finding, 'note' | 'must'>, name: string, { atWork, atRest }: Watched): void {
  const [first, last] = [atRest.at(0), atRest.at(-1)];
  if (!first || !last || atRest.length < 2 || atWork.length === 0)
    return found.must(false, `${name}: too little was measured, let the soak last longer`);
  const third = Math.max(1, Math.floor(atWork.length / 3));
  const median = (some: readonly Sample[]) => {
    const all = some.map(({ mb }) => mb);
    return percentile(all, 50)!;
  };
  const [before, after] = [median(atWork.slice(0, third)), median(atWork.slice(-third))];
  const handles = atRest.map((sample) => sample.handles).join(' -> ');
  found.note(`${name}: ${before} -> ${after} MB at work, ${handles} handles at rest`);
  const flat = after <= Math.max(before * GROWTH, before + GROWTH_MB);
  found.must(flat, `${name} grew from ${before} to ${after} MB`);
  found.must(
    last.handles <= first.handles + MORE_HANDLES,
    `${name} went from ${first.handles} to ${last.handles} handles at rest`,
  );
  found.must(
    last.processes <= first.processes,
    `${name} went from ${first.processes} to ${last.processes} processes at rest`,
  );
}
