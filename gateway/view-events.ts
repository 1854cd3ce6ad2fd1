import type { CallView } from '../contract/index.js';

/** One server-sent event. The id says when it happened and what it is, so that it is the same after a reconnect. */
export interface CallEvent {
  id: string;
  name: 'stage' | 'said' | 'event' | 'ended';
  data: unknown;
}

interface Happened extends CallEvent {
  /** Milliseconds since the epoch. */
  at: number;
}

/**
 * What has happened so far, oldest first: `stage` when a stage begins and again, with `ms`, when it is over;
 * `said` for each utterance; `event` for each `emit`; `ended` once, last.
 */
export function viewEvents(view: CallView): CallEvent[] {
  const stages = view.timeline.flatMap(({ ms, ...entry }, index): Happened[] => [
    { at: entry.at, id: `s${index}`, name: 'stage', data: entry },
    ...(ms === undefined
      ? []
      : [{ at: entry.at + ms, id: `t${index}`, name: 'stage' as const, data: { ...entry, ms } }]),
  ]);
  const said = view.said.map((entry): Happened => ({
    at: entry.at,
    id: `u${ordinal(view, entry)}`,
    name: 'said',
    data: entry,
  }));
  const emitted = (view.emitted ?? []).map((entry): Happened => ({
    at: entry.at,
    id: `e${entry.n}`,
    name: 'event',
    data: entry,
  }));
  const happened = [...stages, ...said, ...emitted].sort((a, b) => a.at - b.at); // stable: a stage ends before the next begins
  const events: CallEvent[] = happened.map(({ at, id, ...event }) => ({ id: `${at}-${id}`, ...event }));
  if (view.status !== 'ended') return events;
  return [
    ...events,
    { id: `${Number.MAX_SAFE_INTEGER}-ended`, name: 'ended', data: { callId: view.callId, ...view.ended } },
  ];
}

/** The view keeps the last utterances only, so their index changes; their place among those of the same moment does not. */
const ordinal = (view: CallView, entry: CallView['said'][number]): number =>
  view.said.filter(({ at }) => at === entry.at).indexOf(entry);

/** What a client that has seen `lastEventId` still misses. An id that we did not give means: everything. */
export function eventsAfter(events: CallEvent[], lastEventId: string | undefined): CallEvent[] {
  const index = lastEventId === undefined ? -1 : events.findIndex(({ id }) => id === lastEventId);
  return events.slice(index + 1);
}
