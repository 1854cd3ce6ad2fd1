import './style.css';
import './calls.css';
import './call.css';
import { watchAgents } from './agents.js';
import { api, words } from './api.js';
import { CallList } from './call-list.js';
import { CallPanel } from './call-panel.js';
import { byId } from './dom.js';
import { FilterForm } from './filters.js';
import { FlowForm } from './flow-form.js';
import { watchHealth } from './health.js';
import { hideNotice, notice } from './notice.js';
import { currentRoute, goTo, hashOfCall, routeHash } from './route.js';
import { tenCalls } from './ten-calls.js';
import { ownCallId, testCall } from './test-call.js';
import { watchCall } from './watch-call.js';

const form = new FlowForm();
const filters = new FilterForm();
const panel = new CallPanel();
const list = new CallList();
const testButton = byId<HTMLButtonElement>('test-audio');
const tenButton = byId<HTMLButtonElement>('test-audio-10');

/** One call, or ten, at a time: the buttons say so. Whatever goes wrong is said to the person. */
async function busy(work: () => Promise<void>): Promise<void> {
  testButton.disabled = tenButton.disabled = true;
  hideNotice();
  try {
    await work();
  } catch (error) {
    notice(words(error));
  } finally {
    testButton.disabled = tenButton.disabled = false;
    showOwn();
    await list.refresh();
  }
}

byId<HTMLFormElement>('start').addEventListener('submit', (event) => {
  event.preventDefault();
  void busy(() => {
    byId('ten').hidden = true;
    return testCall(form.body, panel);
  });
});

tenButton.addEventListener('click', () => {
  goTo({ callId: undefined });
  void busy(() => tenCalls(form.body));
});

/** List and call beside each other; see style.css. */
const isWide = (): boolean => matchMedia('(min-width: 56rem)').matches;

let shown: { callId: string; signal: AbortController } | undefined;
let filtered = JSON.stringify(currentRoute().filters);

/** The page is as its address says. */
function show(): void {
  const route = currentRoute();
  const before = shown?.callId;
  let moveFocus: (() => void) | undefined;
  if (route.callId !== shown?.callId) {
    shown?.signal.abort();
    shown = route.callId === undefined ? undefined : { callId: route.callId, signal: new AbortController() };
    if (ownCallId() === undefined) hideNotice();
    if (shown) void watchCall(shown.callId, panel, shown.signal.signal);
    else panel.hide();
    moveFocus = shown ? () => byId('call-title').focus() : () => list.focus(before);
  }
  filters.show();
  list.choose(route.callId);
  const chosen = JSON.stringify(route.filters);
  if (chosen !== filtered) list.filter();
  filtered = chosen;
  showOwn();
  if (!isWide()) moveFocus?.(); // what had it may be out of sight now
}

/** On a narrow screen the call takes the place of the list; while another call is looked at, there is a way back. */
function showOwn(): void {
  const { callId, filters: chosen } = currentRoute();
  document.body.classList.toggle('detail', callId !== undefined || !byId('ten').hidden);
  byId('nothing').hidden = callId !== undefined || !byId('ten').hidden;
  byId<HTMLAnchorElement>('back').href = routeHash({ filters: chosen });
  const own = ownCallId();
  const link = byId<HTMLAnchorElement>('own-call');
  link.hidden = own === undefined || own === callId;
  if (own !== undefined) link.href = hashOfCall(own);
}

byId('back').addEventListener('click', () => {
  byId('ten').hidden = true;
  showOwn();
});
byId<HTMLDetailsElement>('filter-box').open = isWide();
window.addEventListener('hashchange', show);
watchHealth();
watchAgents();
show();
void api.flows().then(
  (flows) => {
    form.show(flows);
    filters.flows(flows);
  },
  (error: unknown) => notice(words(error)),
);
