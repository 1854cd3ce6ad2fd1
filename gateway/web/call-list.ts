import type { CallList as Page } from '../../client/index.js';
import { api, words } from './api.js';
import { CallRow } from './call-row.js';
import { byId, el, setText } from './dom.js';
import { every } from './every.js';
import { clock } from './format.js';
import { currentRoute, goTo } from './route.js';

const PAGE = 20;
const LOOK_MS = 3_000;
const TICK_MS = 1_000;
const COLUMNS = ['Call', 'Flow', 'Started', 'Lasted', 'State', ''];
/** Columns that a phone has no room for. */
const WIDE = ['Flow'];

/** Calls now and before, from Temporal, a page at a time. */
export class CallList {
  private readonly body = el('tbody');
  private readonly table = el('table', {}, el('thead', {}, el('tr', {}, ...COLUMNS.map(head))), this.body);
  private readonly message = el('p', { class: 'muted empty' }, 'Loading calls…');
  private readonly place = byId('history');
  private readonly newer = byId<HTMLButtonElement>('newer');
  private readonly older = byId<HTMLButtonElement>('older');
  private rows = new Map<string, CallRow>();
  /** Cursors of the pages up to this one; the first needs none. */
  private cursors: (string | undefined)[] = [undefined];
  private next: string | undefined;
  private asked = 0;

  constructor() {
    this.place.replaceChildren(this.table, this.message);
    this.newer.addEventListener('click', () => this.turn(this.cursors.slice(0, -1)));
    this.older.addEventListener('click', () => this.turn([...this.cursors, this.next]));
    this.body.addEventListener('keydown', (event) => this.move(event));
    every(LOOK_MS, () => this.refresh());
    setInterval(() => this.rows.forEach((row) => row.tick()), TICK_MS);
  }

  /** Other filters: the first page of them. */
  filter(): void {
    this.turn([undefined]);
  }

  choose(callId: string | undefined): void {
    for (const [id, row] of this.rows) row.chosen(id === callId);
  }

  /** Where somebody was before they looked at a call. */
  focus(callId: string | undefined): void {
    this.rows.get(callId ?? '')?.open.focus();
  }

  /** Reads this page anew. Of two answers the one to the later question counts. */
  async refresh(): Promise<void> {
    const question = ++this.asked;
    const cursor = this.cursors.at(-1);
    const { filters } = currentRoute();
    try {
      const page = await api.list({ limit: PAGE, ...filters, ...(cursor && { cursor }) });
      if (question !== this.asked) return;
      this.draw(page);
      setText(byId('updated'), `updated ${clock(Date.now())}`);
    } catch (error) {
      if (question !== this.asked) return;
      setText(byId('updated'), 'not updated');
      this.say(words(error));
    }
    this.place.removeAttribute('aria-busy');
  }

  private turn(cursors: (string | undefined)[]): void {
    this.cursors = cursors.length > 0 ? cursors : [undefined];
    this.place.setAttribute('aria-busy', 'true');
    void this.refresh();
  }

  private draw({ calls, nextCursor }: Page): void {
    const rows = calls.map((call) => {
      const known = this.rows.get(call.callId);
      known?.update(call);
      return known ?? new CallRow(call, (callId) => goTo({ callId }));
    });
    this.rows = new Map(calls.map(({ callId }, index) => [callId, rows[index]!]));
    place(this.body, rows.map(({ element }) => element)); // prettier-ignore
    this.next = nextCursor;
    this.newer.disabled = this.cursors.length === 1;
    this.older.disabled = nextCursor === undefined;
    byId('pages').hidden = this.newer.disabled && this.older.disabled;
    setText(byId('page-number'), `Page ${this.cursors.length}`);
    this.choose(currentRoute().callId);
    this.say(calls.length === 0 ? this.nothing() : undefined);
  }

  private nothing(): string {
    if (Object.keys(currentRoute().filters).length > 0) return 'No call fits these filters.';
    return this.cursors.length > 1 ? 'No more calls.' : 'No calls yet. Test Audio makes the first.';
  }

  private say(text: string | undefined): void {
    this.message.hidden = text === undefined;
    if (text !== undefined) setText(this.message, text);
    this.table.hidden = this.rows.size === 0;
  }

  /** Up and down in the list, as one expects of a list. */
  private move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const buttons = [...this.rows.values()].map(({ open }) => open);
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const to = step === undefined || at < 0 ? undefined : buttons[at + step];
    if (!to) return;
    event.preventDefault();
    to.focus();
  }
}

const head = (text: string): HTMLElement =>
  text === ''
    ? el('td')
    : el(
        'th',
        { scope: 'col', class: [WIDE.includes(text) && 'wide', text === 'Lasted' && 'ms'].filter(Boolean).join(' ') },
        text,
      );

/** Puts the rows in this order and moves none that is in its place: moving an element takes its focus. */
function place(body: HTMLElement, rows: HTMLElement[]): void {
  const wanted = new Set(rows);
  for (const child of [...body.children]) if (!wanted.has(child as HTMLElement)) child.remove();
  rows.forEach((row, index) => {
    if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null);
  });
}
