import type { CallSummary } from '../schemas/call.js';
import { api } from './api.js';
import { byId, el, link } from './dom.js';
import { clock, duration } from './format.js';

const PAGE = '10';
/** Columns that a phone has no room for. */
const WIDE = ['Flow', 'Lasted', ''];

/** Calls of before and calls of others, from Temporal. */
export class History {
  private readonly list = byId('history');
  private readonly more = byId<HTMLButtonElement>('more');
  private calls: CallSummary[] = [];
  private cursor: string | undefined;

  constructor(private readonly open: (call: CallSummary) => void) {
    byId('refresh').addEventListener('click', () => void this.refresh());
    this.more.addEventListener('click', () => void this.next());
  }

  async refresh(): Promise<void> {
    this.calls = [];
    this.cursor = undefined;
    await this.next();
  }

  private async next(): Promise<void> {
    try {
      const page = await api.list({ limit: PAGE, ...(this.cursor && { cursor: this.cursor }) });
      this.calls.push(...page.calls);
      this.cursor = page.nextCursor;
      this.draw();
    } catch (error) {
      this.list.replaceChildren(el('p', { class: 'muted' }, (error as Error).message));
    }
    this.more.hidden = this.cursor === undefined;
  }

  private draw(): void {
    if (this.calls.length === 0) {
      this.list.replaceChildren(el('p', { class: 'muted' }, 'No calls yet. Test Audio makes the first.'));
      return;
    }
    const rows = this.calls.map((call) => this.row(call));
    const columns = el(
      'tr',
      {},
      ...['Call', 'Flow', 'Started', 'Lasted', 'State', ''].map((text) =>
        el('th', { scope: 'col', class: WIDE.includes(text) ? 'wide' : undefined }, text),
      ),
    );
    this.list.replaceChildren(el('table', {}, el('thead', {}, columns), el('tbody', {}, ...rows)));
  }

  private row(call: CallSummary): HTMLTableRowElement {
    const { callId, flowId, startedAt, endedAt, status, stage, endedReason, fault, links } = call;
    const show = el('button', { class: 'link', type: 'button', title: `Show call ${callId}` }, callId.slice(0, 8));
    show.addEventListener('click', () => this.open(call));
    const ended = status === 'ended';
    const kind = !ended ? 'live' : fault === 'none' ? 'good' : 'bad';
    return el(
      'tr',
      {},
      el('td', {}, show),
      el('td', { class: 'wide' }, flowId),
      el('td', {}, clock(startedAt)),
      el('td', { class: 'ms wide' }, endedAt === undefined ? '' : duration(endedAt - startedAt)),
      el('td', {}, el('span', { class: `badge ${kind}` }, ended ? (endedReason ?? 'ended') : stage)),
      el('td', { class: 'wide' }, link(links.temporal, 'Temporal ↗')),
    );
  }
}
