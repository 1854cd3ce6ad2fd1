import type { CallView, Ended, Utterance } from '../../contract/index.js';
import { el } from './dom.js';
import { duration } from './format.js';

export const transcript = (said: Utterance[]): HTMLElement =>
  el(
    'ol',
    { class: 'transcript', 'aria-label': 'What was said', hidden: said.length === 0 },
    ...said.map(({ who, text }) => el('li', { class: who }, el('span', { class: 'who' }, who), text)),
  );

/** Only when it took more than one: then they are the story. */
export const attempts = (list: CallView['attempts']): HTMLElement =>
  el(
    'ul',
    { class: 'attempts muted', hidden: list.length < 2 },
    ...list.map(({ attempt, outcome: result, hostId, readyMs, error }) => {
      const details = [hostId, readyMs !== undefined && `ready after ${duration(readyMs)}`, error].filter(Boolean);
      return el('li', {}, `Agent ${attempt}: ${[result, ...details].join(', ')}`);
    }),
  );

/** How the call ended, whose fault it is, and what to do next. */
export function outcome(ended: Ended | null, cleanup: CallView['cleanup']): HTMLElement {
  if (!ended) return el('div');
  const { reason, by, fault, detail, retryable } = ended;
  const failed = cleanup.filter(({ ok }) => !ok);
  return el(
    'div',
    { class: `outcome ${fault === 'none' ? 'good' : 'bad'}` },
    el('strong', {}, reason),
    ` by ${by}${fault === 'none' ? '' : `, fault: ${fault}${retryable ? ', worth another try' : ''}`}`,
    el('p', { class: 'detail' }, detail),
    ...failed.map(({ what, error }) => el('p', { class: 'detail' }, `Clean-up failed: ${what}: ${error ?? ''}`)),
  );
}
