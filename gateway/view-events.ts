import type { CallView } from '../contract/index.js';

/** One server-sent event. The id says how far a client is that has it, so that it can go on from there. */
export interface CallEvent {
  id: string;
  name: 'stage' | 'said' | 'event' | 'ended';
  data: unknown;
}

/** Counted, not timed: what is said comes by another clock than stages, and later than they do. */
interface Place {
  /** How many stages have begun, are over, and how often the flow has emitted. */
  begun: number;
  over: number;
  emits: number;
  /** The last utterance. */
  said: string;
}

interface Happened extends Omit<CallEvent, 'id'> {
  /** Milliseconds since the epoch. */
  at: number;
  /** Where a client is that has it. */
  place: Partial<Place>;
}

const ENDED = 'ended';

/**
 * What a client still misses that has seen `lastEventId`: `stage` when a stage begins and again, with `ms`, when it is
 * over; `said` for each utterance; `event` for each `emit`; `ended` once, last. An id that we did not give means: everything.
 */
export function eventsAfter(view: CallView, lastEventId: string | undefined): CallEvent[] {
  if (lastEventId === ENDED) return [];
  let place = placeOf(lastEventId);
  const missed = [stages(view, place), said(view, place), emitted(view, place)]
    .flatMap(inOrder)
    .sort((a, b) => a.at - b.at); // stable: a stage ends before the next begins
  const events = missed.map((event): CallEvent => {
    place = { ...place, ...event.place };
    return { id: idOf(place), name: event.name, data: event.data };
  });
  if (view.status !== 'ended') return events;
  return [...events, { id: ENDED, name: 'ended', data: { callId: view.callId, ...view.ended } }];
}

const idOf = ({ begun, over, emits, said }: Place): string => [begun, over, emits, said].join('_');

function placeOf(id: string | undefined): Place {
  const [, begun = 0, over = 0, emits = 0, said = ''] = /^(\d+)_(\d+)_(\d+)_(.*)$/.exec(id ?? '') ?? [];
  return { begun: Number(begun), over: Number(over), emits: Number(emits), said };
}

const stages = ({ timeline }: CallView, { begun, over }: Place): Happened[] =>
  timeline.flatMap(({ ms, ...entry }, index): Happened[] => {
    const nth = index + 1;
    const events: Happened[] = [];
    if (nth > begun) events.push({ at: entry.at, place: { begun: nth }, name: 'stage', data: entry });
    if (ms !== undefined && nth > over)
      events.push({ at: entry.at + ms, place: { over: nth }, name: 'stage', data: { ...entry, ms } });
    return events;
  });

/** The view keeps the last ones only: a client whose last one is gone misses all that are left. */
function said(view: CallView, place: Place): Happened[] {
  const names = view.said.map((entry) => nameOf(view, entry));
  const first = names.indexOf(place.said) + 1;
  return view.said
    .slice(first)
    .map((data, index) => ({ at: data.at, place: { said: names[first + index]! }, name: 'said', data }));
}

/** Their index changes; their place among those of the same moment does not. */
const nameOf = ({ said }: CallView, entry: CallView['said'][number]): string =>
  `${entry.at}.${said.filter(({ at }) => at === entry.at).indexOf(entry)}`;

const emitted = (view: CallView, { emits }: Place): Happened[] =>
  (view.emitted ?? [])
    .filter(({ n }) => n >= emits)
    .map((entry) => ({ at: entry.at, place: { emits: entry.n + 1 }, name: 'event', data: entry }));

/** None comes before one that the view has before it, or its place would pass that one over. */
function inOrder(events: Happened[]): Happened[] {
  let latest = -Infinity;
  return events.map((event) => ({ ...event, at: (latest = Math.max(latest, event.at)) }));
}
