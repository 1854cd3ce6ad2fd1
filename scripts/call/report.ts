import type { Stage } from '../../contract/index.js';
import { STAGES } from '../../contract/index.js';
import type { CallEvent, CallResult } from './one-call.js';
import { type Spread, spread } from './stats.js';
import { table } from './table.js';

/** All durations in milliseconds. */
export interface Summary {
  count: number;
  greeted: number;
  /** From the request to the first speech that the caller received. */
  heardMs?: Spread;
  /** How long each stage took, over all calls. */
  stageMs: Partial<Record<Stage, Spread>>;
}

export function summarize(results: readonly CallResult[]): Summary {
  const greeted = results.filter((result) => result.ok);
  const heardMs = spread(greeted.map((result) => result.heardMs!));
  const stageMs: Summary['stageMs'] = {};
  for (const stage of STAGES.filter((name) => name !== 'ended')) {
    const took = results.flatMap(({ timeline }) =>
      timeline.filter((entry) => entry.stage === stage && entry.ms !== undefined),
    );
    const spent = spread(took.map((entry) => entry.ms!));
    if (spent) stageMs[stage] = spent;
  }
  return { count: results.length, greeted: greeted.length, ...(heardMs && { heardMs }), stageMs };
}

export function summaryLine({ count, greeted, heardMs }: Summary): string {
  const times = heardMs ? `, p50 ${heardMs.p50} ms, p95 ${heardMs.p95} ms, max ${heardMs.max} ms` : '';
  return `${greeted} of ${count} calls greeted${times}`;
}

export function summaryTable({ count, greeted, heardMs, stageMs }: Summary): string {
  const row = (name: string, { p50, p95, max }: Spread) => [name, `${p50}`, `${p95}`, `${max}`];
  const rows = Object.entries(stageMs).map(([stage, spent]) => row(stage, spent));
  if (heardMs) rows.push(row('request -> heard', heardMs));
  return `${table(['milliseconds', 'p50', 'p95', 'max'], rows)}\nsuccess rate ${Math.round((100 * greeted) / count)} %`;
}

const at = (ms: number): string => `${ms}`.padStart(7) + ' ms  ';

/** One line for what just happened. */
export function eventLine(event: CallEvent): string {
  switch (event.kind) {
    case 'created':
      return `${at(event.ms)}call ${event.callId}`;
    case 'joined':
      return `${at(event.ms)}caller is in the room`;
    case 'heard':
      return `${at(event.ms)}heard ${event.identity}`;
    case 'said':
      return `${at(event.ms)}${event.who} said: ${event.text}`;
    case 'stage':
      return at(event.ms) + [event.entry.stage, event.entry.detail].filter(Boolean).join(': ');
  }
}

/** How a call went. A failed one takes more lines: the call, how it ended, and where to look. */
export function resultLines(result: CallResult): string {
  const heard = result.heardMs === undefined ? 'nothing was heard' : `heard after ${result.heardMs} ms`;
  const ended = result.ended
    ? `ended: ${result.ended.reason}`
    : `no end seen, stage ${result.timeline.at(-1)?.stage ?? 'unknown'}`;
  const line = `${result.ok ? 'ok    ' : 'FAILED'}  ${heard}, ${ended}`;
  if (result.ok) return line;
  const why = [result.ended?.detail, result.error, result.callId && `call ${result.callId}`, result.temporal];
  return [line, ...why.filter(Boolean).map((text) => `        ${text}`)].join('\n');
}
