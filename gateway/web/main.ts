import type { CallSummary } from '../schemas/call.js';
import { api } from './api.js';
import { CallPanel } from './call-panel.js';
import { byId } from './dom.js';
import { FlowForm } from './flow-form.js';
import { watchHealth } from './health.js';
import { History } from './history.js';
import { hideNotice, notice } from './notice.js';
import { tenCalls } from './ten-calls.js';
import { testCall, type RunningCall } from './test-call.js';

const form = new FlowForm();
const panel = new CallPanel();
const history = new History((call) => void showPast(call));
const testButton = byId<HTMLButtonElement>('test-audio');
const tenButton = byId<HTMLButtonElement>('test-audio-10');
const hangUpButton = byId<HTMLButtonElement>('hang-up');

let running: RunningCall | undefined;

/** One call, or ten, at a time: the buttons say so. Whatever goes wrong is said to the person. */
async function busy(work: () => Promise<void>): Promise<void> {
  testButton.disabled = tenButton.disabled = true;
  hideNotice();
  try {
    await work();
  } catch (error) {
    notice((error as Error).message);
  } finally {
    testButton.disabled = tenButton.disabled = false;
    await history.refresh();
  }
}

byId<HTMLFormElement>('start').addEventListener('submit', (event) => {
  event.preventDefault();
  void busy(async () => {
    try {
      running = await testCall(form.body, panel);
      hangUpButton.hidden = false;
      await running.ended;
    } finally {
      running = undefined;
      hangUpButton.hidden = true;
    }
  });
});

tenButton.addEventListener('click', () => void busy(() => tenCalls(form.body)));

hangUpButton.addEventListener('click', () => {
  running?.hangUp().catch((error: unknown) => notice((error as Error).message));
});

async function showPast({ callId, links }: CallSummary): Promise<void> {
  if (running) return notice('Hang up first: the call of this page is on.');
  hideNotice();
  try {
    const view = await api.view(callId);
    panel.show(callId, links.temporal);
    panel.set(view);
    byId('call').scrollIntoView({ block: 'nearest' });
  } catch (error) {
    notice((error as Error).message);
  }
}

watchHealth();
void form.load().catch((error: unknown) => notice((error as Error).message));
void history.refresh();
