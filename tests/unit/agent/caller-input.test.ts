import { EventEmitter } from 'node:events';
import { RoomEvent } from '@livekit/rtc-node';
import type { Room } from '@livekit/rtc-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallerInput } from '../../../agent/job/caller-input.js';
import type { Input } from '../../../agent/job/caller-input.js';

type Chat = (reader: AsyncIterable<string>, from: { identity: string }) => void;

/** The two things that a room tells of a caller's fingers. */
class Fingers extends EventEmitter {
  chat!: Chat;
  registerTextStreamHandler = (topic: string, handler: Chat) => {
    expect(topic).toBe('lk.chat');
    this.chat = handler;
  };
  private method!: (call: { callerIdentity: string; payload: string }) => Promise<string>;
  localParticipant = { registerRpcMethod: (_: string, method: typeof this.method) => void (this.method = method) };
  /** Resolves when it was answered. */
  typeSurely = (id: string, text: string, callerIdentity = 'caller'): Promise<string> =>
    this.method({ callerIdentity, payload: JSON.stringify({ id, text }) });
  press(keys: string, identity = 'caller'): void {
    for (const key of keys) this.emit(RoomEvent.DtmfReceived, 0, key, { identity });
  }
  async type(text: string, identity = 'caller'): Promise<void> {
    this.chat(
      (async function* () {
        yield* text;
      })(),
      { identity },
    );
    await vi.advanceTimersByTimeAsync(0);
  }
}

let fingers: Fingers;
let input: CallerInput;
const shown = (each: Input) => (each.via === 'keypad' ? each.key : each.text);

/** Hears until it has so many. */
function hear(enough = Infinity): string[] {
  const heard: string[] = [];
  input.listen((each) => heard.push(shown(each)) >= enough);
  return heard;
}

beforeEach(() => {
  vi.useFakeTimers();
  fingers = new Fingers();
  input = new CallerInput(fingers as unknown as Room);
});
afterEach(() => vi.useRealTimers());

describe('input of the caller', () => {
  it('is keys and typed text, of the caller only', async () => {
    const heard = hear();
    fingers.press('1');
    fingers.press('2', 'agent-1');
    fingers.press('A');
    await fingers.type('hello');
    await fingers.type('forged', 'someone');
    expect(heard).toEqual(['1', 'hello']);
  });

  it('reaches a listener until it has enough, and the next one after that', () => {
    const first = hear(2);
    fingers.press('1234');
    expect(first).toEqual(['1', '2']);
    expect(hear()).toEqual(['3', '4']);
  });

  it('does not reach a listener that was stopped', () => {
    const heard: string[] = [];
    const stop = input.listen((each) => heard.push(shown(each)) < 0);
    stop();
    fingers.press('1');
    expect(heard).toEqual([]);
    expect(hear()).toEqual(['1']);
  });

  it('that came early counts for ten seconds, unless it is forgotten', () => {
    fingers.press('1');
    vi.advanceTimersByTime(6_000);
    fingers.press('2');
    vi.advanceTimersByTime(6_000);
    expect(input.waiting).toBe(true);
    expect(hear(1)).toEqual(['2']);
    fingers.press('3');
    input.forget();
    expect(input.waiting).toBe(false);
  });

  it('barges in without being taken', () => {
    const told = vi.fn();
    const stop = input.onBargeIn(told);
    fingers.press('1');
    expect(told).toHaveBeenCalledOnce();
    stop();
    fingers.press('2');
    expect(told).toHaveBeenCalledOnce();
    const again = vi.fn();
    input.onBargeIn(again);
    expect(again).toHaveBeenCalledOnce(); // it waits already
    expect(hear()).toEqual(['1', '2']);
  });
});

describe('the rest of an entry', () => {
  it('is dropped when it follows at once', () => {
    input.dropRest((key) => key === '#');
    fingers.press('#1#');
    expect(hear()).toEqual(['1', '#']);
  });

  it('is dropped although it came early', () => {
    fingers.press('99');
    input.dropRest(() => true);
    fingers.press('9');
    expect(input.waiting).toBe(false);
  });

  it('is an answer once a breath has passed', () => {
    input.dropRest(() => true);
    vi.advanceTimersByTime(1_100);
    fingers.press('1');
    expect(hear()).toEqual(['1']);
  });
});

describe('text whose sender wants to know', () => {
  beforeEach(() => input.connected());

  it('is answered when a listener takes it, or it counts no more', async () => {
    const answers: string[] = [];
    const type = (id: string) => fingers.typeSurely(id, id).then(() => answers.push(id));
    void type('early');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(answers).toEqual([]);
    expect(hear(1)).toEqual(['early']);
    await vi.advanceTimersByTimeAsync(0);
    expect(answers).toEqual(['early']);
    void type('unheard');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(answers).toEqual(['early', 'unheard']);
    expect(hear()).toEqual([]);
  });

  it('counts once, however often it comes, and only from the caller', async () => {
    const heard = hear();
    await fingers.typeSurely('a', 'hello');
    await fingers.typeSurely('a', 'hello');
    await fingers.typeSurely('b', 'forged', 'someone');
    await fingers.typeSurely('c', 'again');
    expect(heard).toEqual(['hello', 'again']);
  });
});
