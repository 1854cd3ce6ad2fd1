import type { CallView, TimelineEntry, Utterance } from '../../client/index.js';

/** A stage that takes no time is still seen. Per cent of the width. */
const THINNEST = 0.6;
/** About so many lines on the scale. */
const TICKS = 6;
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
/** Lengths of time that people count in. Milliseconds. */
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2].map((count) => count * HOUR),
];
const LONGEST_STEP = 4 * HOUR;

export interface Bar {
  entry: TimelineEntry;
  /** Per cent of the width. */
  left: number;
  width: number;
  /** What the stage took so far; of `ended`, how long the call took in all. Milliseconds. */
  tookMs: number;
  running: boolean;
}

export interface Scale {
  totalMs: number;
  /** Milliseconds from the start of the call. */
  ticks: number[];
}

/** `ended` is a moment. */
const endOf = ({ stage, at, ms }: TimelineEntry, now: number): number =>
  at + (ms ?? (stage === 'ended' ? 0 : Math.max(0, now - at)));

/** Where each stage lies on one scale of time. */
export function bars(entries: TimelineEntry[], now: number): Bar[] {
  const began = entries[0]?.at ?? now;
  const total = totalOf(entries, now);
  return entries.map((entry) => {
    const { stage, at, ms } = entry;
    const lasted = endOf(entry, now) - at;
    const width = Math.min(100, Math.max(THINNEST, (lasted / total) * 100));
    const left = Math.max(0, Math.min(((at - began) / total) * 100, 100 - width));
    const isEnd = stage === 'ended';
    return { entry, left, width, tookMs: isEnd ? at - began : lasted, running: ms === undefined && !isEnd };
  });
}

/** Round numbers, so that lengths can be read off. */
export function scale(entries: TimelineEntry[], now: number): Scale {
  const totalMs = totalOf(entries, now);
  const rough = totalMs / TICKS;
  const step = STEPS.find((each) => each >= rough) ?? LONGEST_STEP;
  const count = Math.floor(totalMs / step);
  return { totalMs, ticks: Array.from({ length: count + 1 }, (_, index) => index * step) };
}

function totalOf(entries: TimelineEntry[], now: number): number {
  const began = entries[0]?.at ?? now;
  return Math.max(1, ...entries.map((entry) => endOf(entry, now) - began));
}

/**
 * A view that was asked for before the last event came does not undo the event; what a view does not keep any more
 * (it has the last utterances only) stays.
 */
export function merged(known: CallView | undefined, view: CallView): CallView {
  if (known?.callId !== view.callId) return view;
  if (known.status === 'ended' && view.status !== 'ended') return known; // a slow answer from before the end
  const timeline = [...view.timeline];
  for (const entry of known.timeline) addStage(timeline, entry);
  const said = [...view.said];
  for (const one of known.said) addSaid(said, one);
  const byTime = (a: { at: number }, b: { at: number }) => a.at - b.at;
  return { ...view, timeline: timeline.sort(byTime), said: said.sort(byTime) };
}

/** What is known already came by a view and by an event. */
export function addSaid(said: Utterance[], one: Utterance): void {
  if (!said.some(({ at, text }) => at === one.at && text === one.text)) said.push(one);
}

/** Of two entries of the same stage the one that is over wins. */
export function addStage(timeline: TimelineEntry[], entry: TimelineEntry): void {
  const index = timeline.findIndex(({ stage, at }) => stage === entry.stage && at === entry.at);
  if (index < 0) timeline.push(entry);
  else if (timeline[index]?.ms === undefined) timeline[index] = entry;
}
