import type { CleanupResult, Ended } from '../../client/index.js';
import { el, withCode } from './dom.js';
import { whatToDo } from './what-to-do.js';

/** How the call ended, whose fault it is, and what to do next. */
export function outcome(ended: Ended, cleanup: CleanupResult[]): HTMLElement {
  const { reason, by, fault, detail, retryable, outcome: own, sipCode } = ended;
  const action = fault === 'none' ? undefined : whatToDo(reason);
  const facts = [
    `by ${by}`,
    fault !== 'none' && `fault: ${fault}`,
    own !== undefined && own !== reason && `outcome: ${own}`,
    sipCode !== undefined && `SIP ${sipCode}`,
    retryable && 'worth another try',
  ].filter(Boolean);
  const failed = cleanup.filter(({ ok }) => !ok);
  return el(
    'div',
    { class: `outcome ${fault === 'none' ? 'good' : 'bad'}` },
    el('p', { class: 'headline' }, el('strong', {}, reason), ` ${facts.join(' · ')}`),
    el('p', { class: 'detail' }, detail),
    action !== undefined && el('p', { class: 'detail action' }, el('strong', {}, 'What to do '), ...withCode(action)),
    ...failed.map(({ what, error }) => el('p', { class: 'detail' }, `Clean-up failed: ${what}: ${error ?? ''}`)),
  );
}
