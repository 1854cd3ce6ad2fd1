import type { CallView } from '../../client/index.js';
import { api, words } from './api.js';
import { el, link, setText } from './dom.js';
import { hangUp } from './hang-up.js';
import { clock, DIRECTION_TEXT, duration, STAGE_TEXT } from './format.js';
import { notice } from './notice.js';

const COPIED_MS = 1_500;

/** Which call it is, what it does now, and what one can do with it. */
export class CallHead {
  callId: string | undefined;
  private heardMs = new Map<string, number>();
  private call: CallView | undefined;
  private readonly id = el('code');
  private readonly title = el('h2', { id: 'call-title', tabindex: -1 }, 'Call ', this.id);
  private readonly hangUp = el('button', { id: 'hang-up', class: 'danger', type: 'button', hidden: true }, 'Hang up');
  private readonly copy = el('button', { class: 'quiet', type: 'button' }, 'Copy link');
  private readonly temporal = link('', 'Open in Temporal ↗');
  private readonly state = el('span', { id: 'outcome', class: 'badge', role: 'status' });
  private readonly meter = el('span', { class: 'meter', 'aria-hidden': true });
  private readonly facts = el('span', { class: 'muted' });
  readonly element = el(
    'div',
    { class: 'call-head' },
    el('div', { class: 'row' }, this.title, el('div', { class: 'actions' }, this.hangUp, this.copy, this.temporal)),
    el('div', { class: 'row facts' }, this.state, this.meter, this.facts),
  );

  constructor() {
    this.hangUp.addEventListener('click', () => void this.askedToHangUp());
    this.copy.addEventListener('click', () => void this.copyLink());
  }

  expect(callId: string): void {
    this.callId = callId;
    this.id.textContent = callId;
    this.temporal.hidden = true;
    this.draw(undefined);
  }

  clear(): void {
    this.callId = undefined;
  }

  link(temporalUrl: string): void {
    this.temporal.href = temporalUrl;
    this.temporal.hidden = false;
  }

  soundAfter(callId: string, ms: number): void {
    this.heardMs.set(callId, ms);
    this.draw(this.call);
  }

  level(level: number): void {
    this.meter.style.setProperty('--level', String(Math.min(1, level * 6)));
  }

  draw(call: CallView | undefined): void {
    this.call = call;
    const { ended, status, stage } = call ?? {};
    const over = status === 'ended';
    const kind = !call ? '' : !ended ? 'live' : ended.fault === 'none' ? 'good' : 'bad';
    this.state.className = `badge ${kind}`;
    // Said aloud by screen readers when it changes.
    setText(this.state, !call ? '…' : over ? `ended: ${ended?.reason ?? '?'}` : STAGE_TEXT[stage!]);
    this.hangUp.hidden = status !== 'active';
    this.meter.hidden = status !== 'active' || !this.heardMs.has(call?.callId ?? '');
    setText(this.facts, call ? this.factsOf(call).join(' · ') : '');
  }

  private factsOf({ callId, flowId, direction, timeline, org, partial }: CallView): string[] {
    const [first] = timeline;
    const end = timeline.find(({ stage }) => stage === 'ended');
    const heardMs = this.heardMs.get(callId);
    return [
      ...(partial ? ['No call worker answers: this is what Temporal itself knows'] : []),
      ...(heardMs === undefined ? [] : [`heard ${duration(heardMs)} after the click`]),
      flowId,
      DIRECTION_TEXT[direction],
      ...(org === 'default' ? [] : [org]),
      ...(first ? [`started ${clock(first.at)}`] : []),
      ...(first && end ? [`lasted ${duration(end.at - first.at)}`] : []),
    ];
  }

  private async askedToHangUp(): Promise<void> {
    const { callId } = this;
    if (callId === undefined || !(await hangUp(callId))) return;
    this.hangUp.disabled = true;
    await api.hangup(callId).catch((error: unknown) => notice(words(error)));
    this.hangUp.disabled = false;
  }

  private async copyLink(): Promise<void> {
    const copied = await navigator.clipboard?.writeText(location.href).then(
      () => true,
      () => false,
    );
    setText(this.copy, copied ? 'Copied' : 'Copy the address');
    setTimeout(() => setText(this.copy, 'Copy link'), COPIED_MS);
  }
}
