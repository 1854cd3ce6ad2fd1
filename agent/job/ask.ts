import type { Ask, Asked } from '../../contract/index.js';
import type { Input } from './caller-input.js';
import { Entry } from './entry.js';
import type { Line } from './line.js';
import type { Utterance } from './hearing.js';

/**
 * Speaks the prompt and waits for whichever answers first. An answer to an interruptible prompt may come while it is
 * spoken, or a moment before: then it stops, or never begins. Of any other prompt only what comes after it counts.
 *
 * @throws as `Voice.say` does, and the reason of `signal` once that is aborted
 */
export async function ask(command: Ask, line: Line, onAudible: () => void, signal: AbortSignal): Promise<Asked> {
  const question = new Question(command, signal);
  const { prompt: text, silenceMs, interruptible, reprompts } = command;
  try {
    if (interruptible) question.listen(line);
    await line.voice.say({ text, silenceMs }, onAudible, AbortSignal.any([signal, question.begun]));
    if (!interruptible) {
      line.input.forget();
      line.hearing.forget();
      question.listen(line);
    }
    question.prompted();
    if (!question.begun.aborted) for (const next of reprompts) line.voice.prepare(next);
    return await question.answer;
  } finally {
    question.close();
  }
}

/** One question: what has come of it so far, and how long it waits for more. */
class Question {
  readonly answer: Promise<Asked>;
  private readonly entry: Entry;
  private readonly answering = new AbortController();
  private readonly stops: (() => void)[] = [];
  private settle!: (asked: Asked) => void;
  private timer: NodeJS.Timeout | undefined;
  private waits = false;
  private speaking = false;
  private line: Line | undefined;

  constructor(
    private readonly command: Ask,
    signal: AbortSignal,
  ) {
    this.entry = new Entry(command.expect);
    this.answer = new Promise((resolve, reject) => {
      this.settle = resolve;
      const abandon = () => reject(signal.reason as Error);
      signal.addEventListener('abort', abandon, { once: true });
      if (signal.aborted) abandon();
    });
    this.answer.catch(() => undefined); // the prompt may be cut short by the same abort
  }

  /** Aborted when the caller begins to answer: the prompt stops. */
  get begun(): AbortSignal {
    return this.answering.signal;
  }

  listen(line: Line): void {
    this.line = line;
    this.stops.push(line.input.listen((input) => this.enter(input)));
    if (this.begun.aborted) return line.hearing.forget(); // with keys: what is said beside them does not count
    const { expect, language } = this.command;
    this.stops.push(
      line.hearing.listen(expect, language, {
        started: () => this.speech(true),
        ended: (utterance) => this.speech(false, utterance),
      }),
    );
  }

  /** The prompt is over: from now on silence counts. */
  prompted(): void {
    this.waits = true;
    this.wait();
  }

  close(): void {
    clearTimeout(this.timer);
    for (const stop of this.stops) stop();
  }

  /** True when it was enough. */
  private enter(input: Input): boolean {
    this.answering.abort();
    const asked = this.entry.take(input);
    if (asked) this.over(asked);
    else this.wait();
    return asked !== undefined;
  }

  private speech(speaking: boolean, utterance?: Utterance): void {
    this.speaking = speaking;
    if (speaking) this.answering.abort();
    // Who presses keys may talk to someone beside.
    const counts = utterance && this.entry.pauseMs === undefined;
    if (counts) this.over(this.entry.spoken(utterance.words));
    else this.wait();
  }

  private wait(): void {
    clearTimeout(this.timer);
    const { pauseMs } = this.entry;
    if (pauseMs !== undefined) this.timer = setTimeout(() => this.over(this.entry.end()), pauseMs);
    else if (this.waits && !this.speaking)
      this.timer = setTimeout(() => this.over({ kind: 'noInput' }), this.command.noInputMs);
  }

  private over(asked: Asked): void {
    this.close();
    this.settle(asked);
    const { expect } = this.command;
    if (asked.kind === 'noMatch' && asked.via === 'keypad') this.line?.input.dropRest(() => true);
    else if (asked.kind === 'answered' && expect.kind === 'digits')
      this.line?.input.dropRest((key) => key === expect.terminator);
  }
}
