import type { TimelineEntry } from '../../contract/index.js';
import { el } from './dom.js';
import { duration, STAGE_TEXT } from './format.js';

/** A stage that takes no time is still seen. Per cent of the width. */
const THINNEST = 0.6;

/** The stages of a call as bars on one scale of time. */
export function timeline(entries: TimelineEntry[], now = Date.now()): HTMLElement {
  const [first] = entries;
  if (!first) return el('p', { class: 'muted' }, 'No worker has told anything yet.');
  const endOf = ({ at, ms }: TimelineEntry) => at + (ms ?? Math.max(0, now - at));
  const total = Math.max(1, ...entries.map((entry) => endOf(entry) - first.at));
  const rows = entries.map((entry) => {
    const { stage, at, ms, detail } = entry;
    const width = Math.max(THINNEST, ((endOf(entry) - at) / total) * 100);
    const left = Math.min(((at - first.at) / total) * 100, 100 - width);
    const took = stage === 'ended' ? `+${duration(at - first.at)}` : duration(endOf(entry) - at);
    return el(
      'li',
      { class: `stage ${ms === undefined ? 'running' : ''}`, 'data-stage': stage, title: detail },
      el('span', { class: 'name' }, STAGE_TEXT[stage]),
      el('span', { class: 'track' }, el('span', { class: 'bar', style: `left:${left}%;width:${width}%` })),
      el('span', { class: 'ms' }, took),
    );
  });
  return el('ol', { class: 'timeline' }, ...rows);
}
