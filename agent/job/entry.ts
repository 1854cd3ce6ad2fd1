import { matchAnswer } from '../../callflow/answer.js';
import type { AnswerVia, Asked, ExpectedAnswer } from '../../contract/index.js';
import type { Input } from './caller-input.js';

/** What a caller has entered so far for one question. Pure: who waits, and how long, is not its business. */
export class Entry {
  private digits = '';

  constructor(private readonly expect: ExpectedAnswer) {}

  /** The pause after which the keys so far are all that comes. Undefined when none was pressed. Milliseconds. */
  get pauseMs(): number | undefined {
    return this.digits && this.expect.kind === 'digits' ? this.expect.timeoutMs : undefined;
  }

  /** The result, when this input completes one. Keys that answer nothing here are a miss, not ignored. */
  take(input: Input): Asked | undefined {
    if (input.via === 'typed') return this.match({ words: input.text }, 'typed', input.text);
    const { expect } = this;
    if (expect.kind !== 'digits') return this.match({ keys: input.key }, 'keypad', input.key);
    if (input.key === expect.terminator) return this.end();
    this.digits += input.key;
    return this.digits.length >= expect.maxLength ? this.end() : undefined;
  }

  /** Nothing more comes. */
  end(): Asked {
    return this.match({ keys: this.digits }, 'keypad', this.digits);
  }

  /** Words as a recogniser heard them; undefined when it is not sure of any. */
  spoken(words: string | undefined): Asked {
    return words === undefined ? { kind: 'noMatch', via: 'speech', heard: '' } : this.match({ words }, 'speech', words);
  }

  private match(given: { words: string } | { keys: string }, via: AnswerVia, heard: string): Asked {
    const value = matchAnswer(this.expect, given);
    return value === undefined ? { kind: 'noMatch', via, heard } : { kind: 'answered', value, via, heard };
  }
}
