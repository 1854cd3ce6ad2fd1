import type { CallSummary, StartCall } from '../../client/index.js';
import { api, words } from './api.js';
import { byId, el } from './dom.js';
import { JoinedCall } from './joined-call.js';
import { unlockSound } from './sound.js';
import { TenRow } from './ten-row.js';

const COUNT = 10;
const LOOK_MS = 500;
/** Where calls are asked for one by one: a gateway takes 600 requests a minute by default. */
const SLOW_LOOK_MS = 2_000;

/** Ten calls at once, each joined by a listener without sound: are all greeted, and how fast? */
export async function tenCalls(body: StartCall): Promise<void> {
  const rows = Array.from({ length: COUNT }, (_, index) => new TenRow(index + 1));
  const summary = el('p', { id: 'ten-summary', role: 'status' }, 'Starting…');
  show(rows, summary);
  unlockSound();
  rows.forEach((row) => void startOne(row, body));
  let pauseMs = LOOK_MS;
  while (rows.some(({ over }) => !over)) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    // One list for all ten: a browser keeps only six connections to a server, so ten event streams would block it.
    const list = await api.list({ limit: 100 }).catch(() => undefined);
    const listed = list ? await Promise.all(rows.map((row) => look(row, list.calls))) : [];
    pauseMs = listed.includes(false) ? SLOW_LOOK_MS : LOOK_MS;
    const text = summarise(rows);
    if (summary.textContent !== text) summary.textContent = text;
  }
}

function show(rows: TenRow[], summary: HTMLElement): void {
  const head = ['', 'Call', 'State', 'Ready', 'Heard'].map((text) => el('th', { scope: 'col' }, text));
  const body = el('tbody', {}, ...rows.map(({ element }) => element));
  const panel = byId('ten');
  panel.replaceChildren(
    el('h2', { id: 'ten-title' }, 'Ten calls at once'),
    summary,
    el('div', { class: 'scroll' }, el('table', {}, el('thead', {}, el('tr', {}, ...head)), body)),
  );
  panel.hidden = false;
  document.body.classList.add('detail');
  byId('nothing').hidden = true;
}

async function startOne(row: TenRow, body: StartCall): Promise<void> {
  const clickedAt = performance.now();
  try {
    const call = await api.start({ ...body, test: true }, { atLimit: 'throw' });
    row.started(call);
    if (!call.livekit) return;
    const audio = el('audio');
    audio.muted = true; // the browser decodes what is attached to an element only
    const onHeard = () => row.heard(performance.now() - clickedAt);
    await new JoinedCall({ livekit: call.livekit, audio, onHeard }).join();
  } catch (error) {
    row.failed(words(error));
  }
}

/** @returns false when the call is not in the list, since a hundred others run: it is asked for itself. */
async function look(row: TenRow, calls: CallSummary[]): Promise<boolean> {
  const { callId, over } = row;
  if (over || callId === undefined) return true;
  const listed = calls.find((call) => call.callId === callId);
  if (listed?.status === 'active') row.stage(listed.stage);
  else {
    const view = await api.view(callId).catch(() => undefined);
    if (view?.status === 'ended') row.ended(view);
    else if (view) row.stage(view.stage);
  }
  return listed !== undefined;
}

function summarise(rows: TenRow[]): string {
  const heard = rows.flatMap(({ heardMs }) => heardMs ?? []).sort((a, b) => a - b);
  const ended = rows.filter(({ over }) => over).length;
  const good = rows.filter(({ good }) => good).length;
  const middle = heard[Math.floor((heard.length - 1) / 2)];
  const times = middle === undefined ? '' : `, p50 ${seconds(middle)}, slowest ${seconds(heard.at(-1) ?? middle)}`;
  return `${heard.length} of ${COUNT} heard the agent${times} · ${ended} ended, ${good} as they should`;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
