import type { CallView, TimelineEntry } from '../../client/index.js';
import { el } from './dom.js';
import { duration, STAGE_TEXT } from './format.js';
import { bars, scale, type Bar } from './stages.js';

/** The stages of a call as bars on one scale of time. @param ended marks the stage that it failed in */
export function timeline(entries: TimelineEntry[], ended: CallView['ended'], now = Date.now()): HTMLElement {
  if (entries.length === 0) return el('p', { class: 'muted' }, 'No worker has told anything yet.');
  const { totalMs, ticks } = scale(entries, now);
  const lines = ticks.map((ms) => {
    const place = (ms / totalMs) * 100;
    const text = el('span', {}, ms === 0 ? '0' : place > 96 ? '' : duration(ms, 0));
    return el('span', { class: 'tick', style: `left:${place}%` }, text);
  });
  const drawn = bars(entries, now);
  const failed =
    ended && ended.fault !== 'none' ? drawn.findLast(({ entry }) => entry.stage === ended.stage) : undefined;
  return el(
    'div',
    { class: 'timeline' },
    el('div', { class: 'scale', 'aria-hidden': 'true' }, el('div', { class: 'lines' }, ...lines)),
    el('ol', { 'aria-label': 'Stages' }, ...drawn.map((bar) => row(bar, bar === failed))),
  );
}

function row({ entry, left, width, tookMs, running }: Bar, failed: boolean): HTMLElement {
  const { stage, detail } = entry;
  const state = [running && 'running', failed && 'failed'].filter(Boolean).join(' ');
  return el(
    'li',
    { class: `stage ${state}`, 'data-stage': stage },
    el('span', { class: 'name' }, STAGE_TEXT[stage]),
    el('span', { class: 'track' }, el('span', { class: 'bar', style: `left:${left}%;width:${width}%` })),
    el('span', { class: 'ms' }, `${stage === 'ended' ? '+' : ''}${duration(tookMs)}`),
    detail !== undefined && el('span', { class: 'detail muted' }, detail),
  );
}
