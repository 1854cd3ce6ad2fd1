import type { CallView, TimelineEntry, Utterance } from '../../contract/index.js';
import { CallGraph } from './call-graph.js';
import { byId, el, link } from './dom.js';
import { duration } from './format.js';
import { attempts, outcome, transcript } from './outcome.js';
import { timeline } from './timeline.js';

const TICK_MS = 100;

type Shown = Pick<CallView, 'timeline' | 'said' | 'ended' | 'attempts' | 'cleanup'>;
const nothing = (): Shown => ({ timeline: [], said: [], ended: null, attempts: [], cleanup: [] });

/** One call: what it does, what was said, how it ended. Parts are redrawn one by one, so that focus stays. */
export class CallPanel {
  private call = nothing();
  private heardMs: number | undefined;
  private ticking: number | undefined;
  private readonly panel = byId('call');
  private readonly meter = el('span', { class: 'meter', 'aria-hidden': true });
  private readonly state = el('span', { id: 'outcome', class: 'badge', role: 'status' });
  private readonly facts = el('span', { class: 'muted' });
  private readonly stages = el('div');
  private readonly graph = new CallGraph();
  private readonly rest = el('div');

  show(callId: string, temporalUrl: string): void {
    this.call = nothing();
    this.heardMs = undefined;
    const title = el('h2', { id: 'call-title' }, 'Call ', el('code', {}, callId));
    this.panel.replaceChildren(
      el('div', { class: 'row' }, title, link(temporalUrl, 'Open in Temporal ↗')),
      el('div', { class: 'row facts' }, this.state, this.meter, this.facts),
      this.stages,
      this.graph.element,
      this.rest,
    );
    this.graph.follow(callId);
    this.panel.hidden = false;
    clearInterval(this.ticking);
    this.ticking = window.setInterval(() => this.drawStages(), TICK_MS);
    this.draw();
  }

  /** Everything at once: the call has ended, or is one of before. */
  set(view: CallView): void {
    this.call = view;
    this.graph.set(view);
    if (view.status === 'ended') clearInterval(this.ticking);
    this.draw();
  }

  stage(entry: TimelineEntry): void {
    const known = this.call.timeline.findIndex(({ stage, at }) => stage === entry.stage && at === entry.at);
    if (known < 0) this.call.timeline.push(entry);
    else this.call.timeline[known] = entry;
    this.draw();
  }

  said(utterance: Utterance): void {
    if (this.call.said.some(({ at, text }) => at === utterance.at && text === utterance.text)) return;
    this.call.said.push(utterance);
    this.draw();
  }

  /** Milliseconds from the click to the first sound. */
  heard(ms: number): void {
    this.heardMs = ms;
    this.draw();
  }

  level(level: number): void {
    this.meter.style.setProperty('--level', String(Math.min(1, level * 6)));
  }

  private drawStages(): void {
    this.stages.replaceChildren(timeline(this.call.timeline));
  }

  private draw(): void {
    const { ended, timeline: entries, said } = this.call;
    const stage = entries.at(-1)?.stage ?? 'starting';
    const over = ended !== null && stage === 'ended';
    this.state.className = `badge ${!ended ? 'live' : ended.fault === 'none' ? 'good' : 'bad'}`;
    const text = over ? `ended: ${ended.reason}` : stage;
    if (this.state.textContent !== text) this.state.textContent = text; // said aloud by screen readers when it changes
    this.meter.hidden = over;
    this.facts.textContent = this.heardMs === undefined ? '' : `heard ${duration(this.heardMs)} after the click`;
    this.drawStages();
    this.rest.replaceChildren(transcript(said), attempts(this.call.attempts), outcome(ended, this.call.cleanup));
  }
}
