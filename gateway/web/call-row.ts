import type { CallSummary } from '../../client/index.js';
import { el, link, setText } from './dom.js';
import { clock, duration, STAGE_TEXT } from './format.js';

const SHORT = 8;
export const shortId = (callId: string): string => callId.slice(0, SHORT);

/** One call of the list. It stays the same element while the call changes, so that focus stays where it is. */
export class CallRow {
  readonly open = el('button', { class: 'link', type: 'button' });
  readonly element: HTMLTableRowElement;
  private readonly started = el('td', { class: 'time' });
  private readonly lasted = el('td', { class: 'ms' });
  private readonly badge = el('span', { class: 'badge' });

  constructor(
    private call: CallSummary,
    onOpen: (callId: string) => void,
  ) {
    const { callId, flowId, links } = call;
    this.open.textContent = shortId(callId);
    this.open.title = `Show call ${callId}`;
    this.open.addEventListener('click', () => onOpen(callId));
    const temporal = link(links.temporal, '↗', {
      'aria-label': `Call ${shortId(callId)} in the Temporal Web UI`,
      title: 'In the Temporal Web UI',
      class: 'quiet-link',
    });
    this.element = el(
      'tr',
      {},
      el('td', {}, this.open, el('span', { class: 'under' }, flowId)),
      el('td', { class: 'flow wide', title: flowId }, flowId),
      this.started,
      this.lasted,
      el('td', {}, this.badge),
      el('td', { class: 'temporal' }, temporal),
    );
    this.element.addEventListener('click', ({ target }) => {
      if (!(target as Element).closest('a, button')) onOpen(callId);
    });
    this.update(call);
  }

  update(call: CallSummary): void {
    this.call = call;
    const { startedAt, status, stage, endedReason, fault } = call;
    const ended = status === 'ended';
    setText(this.started, clock(startedAt));
    this.started.title = new Date(startedAt).toLocaleString();
    setText(this.badge, ended ? (endedReason ?? 'ended') : STAGE_TEXT[stage]);
    this.badge.className = `badge ${!ended ? 'live' : fault === 'none' ? 'good' : 'bad'}`;
    this.tick();
  }

  /** How long a running call has lasted goes on. */
  tick(now = Date.now()): void {
    const { startedAt, endedAt } = this.call;
    const ms = (endedAt ?? now) - startedAt;
    setText(
      this.lasted,
      endedAt === undefined ? duration(Math.floor(Math.max(0, ms) / 1_000) * 1_000, 0) : duration(ms),
    );
  }

  chosen(yes: boolean): void {
    this.element.classList.toggle('chosen', yes);
    if (yes) this.open.setAttribute('aria-current', 'true');
    else this.open.removeAttribute('aria-current');
  }
}
