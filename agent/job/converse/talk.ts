import type { ConverseTask } from '../../../contract/index.js';
import { within } from '../../../platform/within.js';
import type { Line } from '../line.js';
import type { CallerTurns } from './turns.js';

/** Until this voice has finished a sentence. Characters per millisecond. */
const USUAL_RATE = 0.015;

export interface Uttered {
  /** What the caller heard of it. */
  heard: string;
  /** What they said instead of listening on. */
  turn?: string;
  /** Why the rest of the text did not come. */
  failure?: Error;
}

/** Speaks until the caller takes the floor, and knows how far it came. */
export class Talk {
  private rate = USUAL_RATE;

  constructor(
    private readonly voice: Line['voice'],
    private readonly turns: CallerTurns,
    private readonly silenceMs: number,
    private readonly hold: ConverseTask['hold'],
    private readonly onAudible: () => void,
    private readonly ended: AbortSignal,
  ) {}

  /**
   * Speaks sentences as they come. What interrupts it and holds no words (a cough, a door) only makes a pause.
   *
   * @throws as `Voice.say` does, and the reason of the conversation's end
   */
  async speak(text: AsyncIterable<string>): Promise<Uttered> {
    const source = text[Symbol.asyncIterator]();
    const heard: string[] = [];
    const whole = () => heard.filter(Boolean).join(' ');
    const ahead = async (): Promise<{ sentence?: string; failure?: Error }> => {
      try {
        const { value, done } = await source.next();
        if (done) return {};
        this.voice.prepare(value);
        return { sentence: value };
      } catch (failure) {
        return { failure: failure as Error };
      }
    };
    try {
      for (let next = ahead(); ;) {
        const { sentence, ...why } = await this.wait(next);
        this.ended.throwIfAborted(); // a text that ends for this reason does not say so
        if (sentence === undefined) return { heard: whole(), ...why };
        next = ahead();
        for (let rest = sentence; rest !== '';) {
          const said = await this.sentence(rest);
          heard.push(said.heard);
          rest = said.rest;
          const turn = this.turns.active ? await this.turns.finished() : undefined;
          if (turn) return { heard: whole(), turn };
        }
      }
    } finally {
      source.return?.(undefined)?.catch(() => undefined); // not awaited: a model that hangs would hold up the caller
    }
  }

  /** Whoever waits longer than they should hears the hold phrase meanwhile. It is no part of the chat. */
  async wait<T>(work: Promise<T>): Promise<T> {
    if (this.hold && !(await settles(work, this.hold.afterMs)) && !this.turns.active)
      await this.sentence(this.hold.text);
    return work;
  }

  private async sentence(text: string): Promise<{ heard: string; rest: string }> {
    const bargeIn = this.turns.bargeIn();
    const signal = AbortSignal.any([this.ended, bargeIn]);
    const { playedMs } = await this.voice.say({ text, silenceMs: this.silenceMs }, this.onAudible, signal);
    this.ended.throwIfAborted();
    if (!bargeIn.aborted) {
      if (playedMs > 0) this.rate = text.length / playedMs;
      return { heard: text, rest: '' };
    }
    return cut(text, Math.floor(playedMs * this.rate));
  }
}

/** Whether it has come to an end, good or bad, within `ms` milliseconds. */
const settles = (work: Promise<unknown>, ms: number): Promise<boolean> => {
  const settled = work.then(
    () => true,
    () => true,
  );
  return within(ms, settled, () => new Error('not yet')).catch(() => false);
};

/** At the end of the last word that was heard whole. */
function cut(text: string, at: number): { heard: string; rest: string } {
  const end = at >= text.length ? text.length : text.slice(0, at + 1).search(/\s\S*$/);
  const heard = text.slice(0, Math.max(0, end)).trimEnd();
  return { heard, rest: text.slice(heard.length).trim() };
}
