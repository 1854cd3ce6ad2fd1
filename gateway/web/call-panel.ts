import type { CallView, TimelineEntry, Utterance } from '../../client/index.js';
import { Answer, type Answering } from './answer.js';
import { words } from './api.js';
import { attempts } from './attempts.js';
import { CallGraph } from './call-graph.js';
import { CallHead } from './call-head.js';
import { byId, el } from './dom.js';
import { notice } from './notice.js';
import { outcome } from './outcome.js';
import { addSaid, addStage, merged } from './stages.js';
import { timeline } from './timeline.js';
import { transcript } from './transcript.js';

const TICK_MS = 250;

/** One call: what it does, what was said, how it ended. Parts are redrawn one by one, so that focus stays. */
export class CallPanel {
  private call: CallView | undefined;
  private ticking: number | undefined;
  private readonly panel = byId('call');
  private readonly head = new CallHead();
  private readonly answer = new Answer((error) => notice(`Your answer did not get to the agent: ${words(error)}`));
  private readonly graph = new CallGraph();
  private readonly end = el('div', { class: 'slot' });
  private readonly stages = el('div');
  private readonly agents = el('div');
  private readonly said = el('div');

  constructor() {
    const [stages, agents, said, graph] = [
      section('Timeline', this.stages),
      section('Agents', this.agents),
      section('What was said', this.said),
      section('Flow', this.graph.element),
    ];
    this.panel.replaceChildren(this.head.element, this.end, this.answer.element, stages, agents, said, graph);
  }

  get callId(): string | undefined {
    return this.head.callId;
  }

  /** At once, before anything is known of it. */
  expect(callId: string): void {
    this.call = undefined;
    this.head.expect(callId);
    this.graph.clear();
    this.panel.hidden = false;
    clearInterval(this.ticking);
    this.draw();
  }

  hide(): void {
    this.call = undefined;
    this.head.clear();
    clearInterval(this.ticking);
    this.panel.hidden = true;
  }

  link(temporalUrl: string): void {
    this.head.link(temporalUrl);
  }

  set(view: CallView): void {
    if (view.callId !== this.callId) return;
    this.call = merged(this.call, view);
    clearInterval(this.ticking);
    if (view.status === 'active') this.ticking = window.setInterval(() => this.drawStages(), TICK_MS);
    this.draw();
  }

  stage(entry: TimelineEntry): void {
    if (!this.call) return;
    addStage(this.call.timeline, entry);
    this.draw();
  }

  heard(utterance: Utterance): void {
    if (!this.call) return;
    addSaid(this.call.said, utterance);
    this.draw();
  }

  /** Milliseconds from the click to the first sound, of a call of this page's. */
  soundAfter(callId: string, ms: number): void {
    this.head.soundAfter(callId, ms);
  }

  /** Who answers in a call of this page's; undefined: nobody any more. */
  answeredBy(callId: string, who: Answering | undefined): void {
    this.answer.by(callId, who);
    this.draw();
  }

  level(callId: string, level: number): void {
    if (callId === this.callId) this.head.level(level);
  }

  private drawStages(): void {
    const { timeline: entries = [], ended = null } = this.call ?? {};
    this.stages.replaceChildren(this.call ? timeline(entries, ended) : el('p', { class: 'muted' }, 'Loading…'));
  }

  private draw(): void {
    const { call } = this;
    this.head.draw(call);
    this.answer.draw(call?.callId, call?.status === 'active');
    this.drawStages();
    show(this.end, call?.ended ? outcome(call.ended, call.cleanup) : undefined);
    show(this.agents, call?.attempts.length ? attempts(call.attempts) : undefined);
    const began = call?.timeline[0]?.at ?? call?.stageSince ?? 0;
    show(this.said, call?.said.length ? transcript(call.said, began) : undefined);
    if (call) this.graph.draw(call);
  }
}

const section = (title: string, content: HTMLElement): HTMLElement =>
  el('section', { class: 'part' }, el('h3', {}, title), content);

/** A part without anything in it is not there, its title included. */
function show(place: HTMLElement, content: HTMLElement | undefined): void {
  place.replaceChildren(...(content ? [content] : []));
  const part = place.closest<HTMLElement>('.part') ?? place;
  part.hidden = content === undefined;
}
