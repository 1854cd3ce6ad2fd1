import { EventEmitter } from 'node:events';
import { RoomEvent } from '@livekit/rtc-node';
import type { Room } from '@livekit/rtc-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ask } from '../../../agent/job/ask.js';
import { CallerInput } from '../../../agent/job/caller-input.js';
import type { Hearing, Listener } from '../../../agent/job/hearing.js';
import type { Line } from '../../../agent/job/line.js';
import type { Voice } from '../../../agent/job/voice.js';
import type { Ask, Asked } from '../../../contract/index.js';

/** Longer than every wait of a question. Milliseconds. */
const PROMPT_MS = 5_000;

/** A caller's line whose voice takes its time and whose ear hears what the test says. */
class TestLine {
  readonly room = Object.assign(new EventEmitter(), { registerTextStreamHandler: () => undefined });
  readonly spoken: { text: string; ms: number }[] = [];
  readonly prepared: string[] = [];
  ear: Listener | undefined;
  /** How often what was said before was dropped. */
  forgotten = 0;

  readonly line: Line = {
    input: new CallerInput(this.room as unknown as Room),
    voice: {
      prepare: (text: string) => this.prepared.push(text),
      say: async ({ text }: { text: string }, _: unknown, signal: AbortSignal) => {
        const began = Date.now();
        await new Promise<void>((resolve) => {
          if (signal.aborted) resolve();
          signal.addEventListener('abort', () => resolve());
          setTimeout(resolve, PROMPT_MS);
        });
        this.spoken.push({ text, ms: Date.now() - began });
      },
    } as unknown as Voice,
    hearing: {
      forget: () => (this.forgotten += 1),
      listen: (_expect: unknown, _language: unknown, listener: Listener) => {
        this.ear = listener;
        return () => (this.ear = undefined);
      },
    } as unknown as Hearing,
  };

  press(keys: string): void {
    for (const key of keys) this.room.emit(RoomEvent.DtmfReceived, 0, key, { identity: 'caller' });
  }
}

const QUESTION: Ask = {
  callId: 'c',
  attempt: 1,
  jobId: 'j',
  nodeRunId: '1-ask',
  prompt: 'Press one or two.',
  interruptible: true,
  expect: { kind: 'choice', options: { one: ['one'], two: ['two'] }, dtmf: { '1': 'one', '2': 'two' } },
  noInputMs: 2_000,
  silenceMs: 1_000,
  reprompts: ['Again: press one or two.'],
};
const DIGITS: Ask = {
  ...QUESTION,
  expect: { kind: 'digits', minLength: 2, maxLength: 4, terminator: '#', timeoutMs: 1_000 },
};

let caller: TestLine;
let result: Asked | Error | undefined;

function put(question: Ask, signal = new AbortController().signal): void {
  result = undefined;
  ask(question, caller.line, () => undefined, signal).then(
    (asked) => (result = asked),
    (error: Error) => (result = error),
  );
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  caller = new TestLine();
});
afterEach(() => vi.useRealTimers());

describe('a question', () => {
  it('counts silence from the end of its prompt', async () => {
    put(QUESTION);
    await pass(PROMPT_MS + 1_900);
    expect(result).toBeUndefined();
    await pass(200);
    expect(result).toEqual({ kind: 'noInput' });
    expect(caller.prepared).toEqual(QUESTION.reprompts);
  });

  it('is answered by a key in the middle of the prompt, which stops', async () => {
    put(QUESTION);
    await pass(300);
    caller.press('2');
    await pass(0);
    expect(result).toEqual({ kind: 'answered', value: 'two', via: 'keypad', heard: '2' });
    expect(caller.spoken).toEqual([{ text: QUESTION.prompt, ms: 300 }]);
  });

  it('is answered by keys that came before it', async () => {
    caller.press('12');
    put(QUESTION);
    await pass(0);
    expect(result).toMatchObject({ value: 'one' });
    expect(caller.spoken[0]!.ms).toBe(0);
    expect(caller.forgotten).toBe(1); // what was said beside the key
    put(QUESTION);
    await pass(0);
    expect(result).toMatchObject({ value: 'two' });
  });

  it('that may not be interrupted is answered only after its prompt', async () => {
    caller.press('1');
    put({ ...QUESTION, interruptible: false });
    await pass(300);
    caller.press('1');
    await pass(PROMPT_MS);
    expect(result).toBeUndefined();
    expect(caller.spoken[0]!.ms).toBe(PROMPT_MS);
    expect(caller.forgotten).toBe(1);
    caller.press('2');
    await pass(0);
    expect(result).toMatchObject({ value: 'two' });
  });

  it('waits between digits, however short the silence may be', async () => {
    put({ ...DIGITS, noInputMs: 100 });
    caller.press('1');
    await pass(900);
    caller.press('2');
    await pass(900);
    expect(result).toBeUndefined();
    await pass(200);
    expect(result).toMatchObject({ kind: 'answered', value: '12' });
  });

  it('drops the terminator that follows a full entry', async () => {
    put(DIGITS);
    caller.press('1234#');
    await pass(0);
    expect(result).toMatchObject({ value: '1234' });
    expect(caller.line.input.waiting).toBe(false);
  });

  it('drops the rest of an entry that missed', async () => {
    put(QUESTION);
    caller.press('999');
    await pass(0);
    expect(result).toMatchObject({ kind: 'noMatch', heard: '9' });
    expect(caller.line.input.waiting).toBe(false);
  });

  it('ends with the call', async () => {
    const ended = new AbortController();
    put(QUESTION, ended.signal);
    await pass(100);
    ended.abort();
    await pass(0);
    expect(result).toBeInstanceOf(Error);
    expect(caller.ear).toBeUndefined();
  });
});

describe('speech', () => {
  it('stops the prompt when it begins, answers when it ends, and is waited for', async () => {
    put(QUESTION);
    await pass(100);
    caller.ear!.started();
    await pass(4_000);
    expect(caller.spoken[0]!.ms).toBe(100);
    expect(result).toBeUndefined();
    caller.ear!.ended({ words: 'two' });
    await pass(0);
    expect(result).toEqual({ kind: 'answered', value: 'two', via: 'speech', heard: 'two' });
  });

  it('that was not understood is a miss; what was no speech is nothing', async () => {
    put(QUESTION);
    caller.ear!.started();
    caller.ear!.ended();
    await pass(100);
    expect(result).toBeUndefined();
    caller.ear!.ended({});
    await pass(0);
    expect(result).toEqual({ kind: 'noMatch', via: 'speech', heard: '' });
  });

  it('beside keys does not count', async () => {
    put(DIGITS);
    caller.press('1');
    caller.ear!.started();
    caller.ear!.ended({ words: '9 9' });
    caller.press('2#');
    await pass(0);
    expect(result).toMatchObject({ value: '12', via: 'keypad' });
  });
});
