import type { Chat, Converse } from '../../../contract/index.js';
import type { Outgoing } from '../../../callflow/outgoing/index.js';
import type { Line } from '../line.js';
import type { Call, ChatLog } from './chat.js';
import { functionsOf, instructionsOf } from './functions.js';
import { BrokeOff } from './model.js';
import type { Model, Piece } from './model.js';
import { perform } from './perform.js';
import { sentences } from './sentences.js';
import { Talk } from './talk.js';
import { CallerTurns } from './turns.js';

/** A model that calls one function after another keeps the caller waiting: so many answers make one turn. */
const MOST_REPLIES = 8;

export interface Around {
  line: Line;
  /** What sends the requests of its tools. */
  outgoing: Outgoing;
  /** Told each time that the chat has changed: what another agent would need to go on. */
  report: (chat: Chat) => void;
  onAudible: () => void;
  signal: AbortSignal;
}

/** One conversation, turn by turn: who speaks, and what is done with what they say. */
export class Conversation {
  private readonly turns: CallerTurns;
  private readonly talk: Talk;
  private readonly instructions: string;

  constructor(
    private readonly command: Converse,
    private readonly chat: ChatLog,
    private readonly model: Model,
    private readonly around: Around,
  ) {
    const { line, onAudible, signal } = around;
    this.instructions = instructionsOf(command);
    if (chat.isNew && command.say !== undefined) line.hearing.forget(); // it is said first
    this.turns = new CallerTurns(line, command.language, signal);
    this.talk = new Talk(line.voice, this.turns, command.silenceMs, command.hold, onAudible, signal);
  }

  close = (): void => this.turns.stop();

  /** @returns an exit, `turnLimit` or `noInput` */
  async run(): Promise<string> {
    const { chat, command, turns } = this;
    let exit = await this.open();
    for (;;) {
      if (exit !== undefined) return exit;
      if (chat.wantsReply) {
        if (chat.state.turns > command.maxTurns) return 'turnLimit';
        exit = await this.answer();
        if (exit !== undefined || chat.unanswered) continue;
      }
      if (chat.state.turns >= command.maxTurns) return 'turnLimit';
      const turn = await turns.next(command.noInputMs);
      if (turn === undefined) return 'noInput';
      this.hear(turn);
    }
  }

  /** A new conversation begins with the flow's words; one that another agent began, with what was said or done last. */
  private async open(): Promise<string | undefined> {
    const { chat, command } = this;
    if (chat.pending.length > 0) return this.carryOut(chat.pending);
    const words = chat.isNew ? command.say : chat.lastWords;
    if (words === undefined) return undefined;
    const { heard, turn } = await this.talk.speak(asText(words));
    if (chat.isNew) this.said(heard, turn !== undefined);
    if (turn !== undefined) this.hear(turn);
    return undefined;
  }

  /**
   * One turn of the model: its words, the functions that it calls, and what it makes of their results. Once in a turn
   * it may break off: then it goes on from what the caller has heard.
   *
   * @throws ModelFailed also when it leaves the caller without a word: asked the same, it would answer the same
   */
  private async answer(): Promise<string | undefined> {
    let brokeOff = false;
    for (let replies = 0; replies < MOST_REPLIES; replies++) {
      const { calls, turn, failure } = await this.reply(brokeOff);
      if (turn) return this.hear(turn);
      if (failure) {
        if (brokeOff || !(failure instanceof BrokeOff)) throw failure;
        brokeOff = true;
        continue;
      }
      if (calls.length === 0) {
        if (this.chat.unanswered) throw this.model.failed('its answer held no words');
        return undefined;
      }
      const exit = await this.carryOut(this.chat.called(calls));
      if (exit !== undefined) return exit;
      const meanwhile = await this.interjection();
      if (meanwhile) return this.hear(meanwhile);
    }
    throw this.model.failed(`it called functions ${MOST_REPLIES} times in a row`);
  }

  /** What it calls counts once the caller has heard what goes before: who objects in time stops it. */
  private async reply(brokeOff: boolean) {
    const { chat, command, around } = this;
    const stop = new AbortController();
    const pieces = this.model.reply(
      chat.context(this.instructions, brokeOff),
      functionsOf(command),
      AbortSignal.any([around.signal, stop.signal]),
    );
    const calls: Extract<Piece, { call: unknown }>['call'][] = [];
    async function* text() {
      for await (const piece of pieces) {
        if ('text' in piece) yield piece.text;
        else calls.push(piece.call);
      }
    }
    try {
      const { heard, turn, failure } = await this.talk.speak(sentences(text()));
      this.said(heard, turn !== undefined);
      return { calls, turn: turn ?? (await this.interjection()), failure };
    } finally {
      stop.abort();
    }
  }

  /** What the caller says who began to speak while nothing was said; nothing if there are no words in it. */
  private interjection = async () => (this.turns.active ? await this.turns.finished() : undefined);

  private async carryOut(calls: Call[]): Promise<string | undefined> {
    const { chat, command, around } = this;
    this.report(); // before anything is done: another agent would do it again, under the same key
    let exit: string | undefined;
    const results = await this.talk.wait(Promise.all(calls.map((call) => perform(call, command, chat, around))));
    calls.forEach((call, i) => {
      chat.result(call, results[i]!.output, results[i]!.failed);
      if (!results[i]!.failed && Object.hasOwn(command.exits, call.name)) exit ??= call.name;
    });
    this.report();
    return exit;
  }

  private hear(turn: string): undefined {
    this.chat.caller(turn);
    this.report();
  }

  private said(heard: string, interrupted: boolean): void {
    this.chat.agent(heard, interrupted);
    this.report();
  }

  private report = (): void => this.around.report(this.chat.state);
}

async function* asText(words: string): AsyncGenerator<string> {
  yield words;
}
