import { median } from '../statistics.js';
import type { CallRecord, Contender, Step } from '../types.js';

export interface Bar {
  name: string;
  /** Milliseconds since the request. */
  from: number;
  to: number;
}

/** What a call does until a step is reached; the caller's way into the room runs beside and is left out. */
const UNTIL: Record<Contender, [step: string, name: string][]> = {
  ours: [
    ['room', 'request'],
    ['dispatch', 'room'],
    ['agent-ready', 'dispatch'],
    ['flow', 'agent gets ready'],
  ],
  floor: [['joined', 'request and join']],
  polling: [
    ['room', 'room'],
    ['dispatched', 'dispatch'],
    ['agent seen', 'agent seen by polling'],
    ['flow started', 'grace'],
  ],
  'polling-old': [
    ['room', 'room'],
    ['dispatched', 'dispatch'],
    ['agent seen', 'agent seen by polling'],
    ['flow started', 'grace'],
  ],
};
const LAST: Record<Contender, string> = {
  ours: 'first words heard',
  floor: 'agent starts and speaks',
  polling: 'first words heard',
  'polling-old': 'first words heard',
};

/** Bars from the request to the greeting, each of the median time that its end was reached at. */
export function waterfall(calls: readonly CallRecord[]): Bar[] {
  const [first] = calls;
  if (!first) return [];
  const { contender } = first;
  const at = (name: string) =>
    median(calls.flatMap(({ steps }) => steps.find((step: Step) => step.name === name)?.ms ?? []));
  const ends = UNTIL[contender].map(([step, name]) => ({ name, to: at(step) }));
  ends.push({ name: LAST[contender], to: median(calls.flatMap(({ heardMs }) => heardMs ?? [])) });
  const bars: Bar[] = [];
  for (const { name, to } of ends) if (to !== undefined) bars.push({ name, from: bars.at(-1)?.to ?? 0, to });
  return bars;
}
