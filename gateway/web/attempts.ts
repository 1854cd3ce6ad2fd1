import type { Attempt } from '../../client/index.js';
import { el } from './dom.js';
import { duration } from './format.js';

const OUTCOME_TEXT: Record<Attempt['outcome'], string> = {
  dispatched: 'dispatched',
  accepted: 'getting ready',
  ready: 'ready',
  'dispatch-failed': 'dispatch refused',
  'not-accepted': 'nobody accepted',
  'not-renewed': 'went silent',
  'not-ready': 'not ready in time',
  failed: 'gave up',
  lost: 'lost',
};
const BAD: Attempt['outcome'][] = ['dispatch-failed', 'not-accepted', 'not-renewed', 'not-ready', 'failed', 'lost'];

/** The agents that were sent for, side by side. */
export const attempts = (list: Attempt[]): HTMLElement =>
  el('ol', { class: 'attempts', 'aria-label': 'Attempts' }, ...list.map(card));

function card({ attempt, outcome, hostId, jobId, readyMs, error }: Attempt): HTMLElement {
  const kind = BAD.includes(outcome) ? 'bad' : outcome === 'ready' ? 'good' : 'live';
  return el(
    'li',
    {},
    el(
      'p',
      { class: 'row' },
      el('strong', {}, `Agent ${attempt}`),
      el('span', { class: `badge ${kind}` }, OUTCOME_TEXT[outcome]),
    ),
    el(
      'dl',
      {},
      ...fact('Ready after', readyMs === undefined ? undefined : duration(readyMs)),
      ...fact('Host', hostId && el('code', {}, hostId)),
      ...fact('Job', jobId && el('code', {}, jobId)),
    ),
    error !== undefined && el('p', { class: 'error' }, error),
  );
}

const fact = (name: string, value: string | Node | undefined): HTMLElement[] =>
  value === undefined || value === '' ? [] : [el('dt', {}, name), el('dd', {}, value)];
