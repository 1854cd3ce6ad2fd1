import type { CallView, Stage, StartedCall } from '../../client/index.js';
import { shortId } from './call-row.js';
import { el } from './dom.js';
import { duration, STAGE_TEXT } from './format.js';
import { hashOfCall } from './route.js';

/** One of the ten calls, as a row of the table. */
export class TenRow {
  callId: string | undefined;
  heardMs: number | undefined;
  over = false;
  good = false;
  private readonly call = el('td');
  private readonly state = el('td', { class: 'state' }, 'starting');
  private readonly readyCell = el('td', { class: 'ms' });
  private readonly heardCell = el('td', { class: 'ms' });
  readonly element: HTMLTableRowElement;

  constructor(index: number) {
    const number = el('td', { class: 'muted' }, String(index));
    this.element = el('tr', {}, number, this.call, this.state, this.readyCell, this.heardCell);
  }

  started({ callId }: StartedCall): void {
    this.callId = callId;
    this.call.replaceChildren(el('a', { href: hashOfCall(callId) }, el('code', {}, shortId(callId))));
  }

  stage(stage: Stage): void {
    this.state.textContent = STAGE_TEXT[stage];
  }

  heard(ms: number): void {
    this.heardMs = ms;
    this.heardCell.textContent = duration(ms);
  }

  readonly ended = (view: CallView): void => {
    const { ended, timeline } = view;
    this.over = true;
    this.good = ended?.fault === 'none';
    const [admitted, ready] = [timeline[0], timeline.find(({ stage }) => stage === 'caller')];
    if (admitted && ready) this.readyCell.textContent = duration(ready.at - admitted.at);
    this.result(ended?.reason ?? 'ended', ended?.detail);
  };

  failed(message: string): void {
    // A call that was started ends by itself and tells so later.
    this.over = this.callId === undefined;
    this.result(message);
  }

  private result(text: string, detail?: string): void {
    const badge = el('span', { class: `badge ${this.good ? 'good' : 'bad'}`, title: detail }, text);
    this.state.replaceChildren(badge);
  }
}
