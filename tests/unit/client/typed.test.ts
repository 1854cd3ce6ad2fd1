import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TypedText } from '../../../client/index.js';

interface Sent {
  to: string;
  text: string;
  id: string;
  answer: () => void;
  fail: (code: number) => void;
}

/** A room whose agents answer when the test says so. */
class TestRoom {
  readonly remoteParticipants = new Map<string, unknown>();
  readonly sent: Sent[] = [];
  readonly chat: string[] = [];
  readonly localParticipant = {
    performRpc: ({ destinationIdentity: to, payload }: { destinationIdentity: string; payload: string }) =>
      new Promise<string>((resolve, reject) => {
        const answer = () => resolve('taken');
        const fail = (code: number) => reject(Object.assign(new Error('failed'), { code }));
        this.sent.push({ ...(JSON.parse(payload) as { id: string; text: string }), to, answer, fail });
      }),
    sendText: async (text: string) => void this.chat.push(text),
  };
  join = (identity: string, kind = 0) => void this.remoteParticipants.set(identity, { kind });
  leave(identity: string): void {
    this.remoteParticipants.delete(identity);
    for (const { to, fail } of this.sent) if (to === identity) fail(1502);
  }
  get texts() {
    return this.sent.map(({ to, text }) => [to, text]);
  }
}

let room: TestRoom;
let left: AbortController;
let typed: TypedText;
const soon = (ms = 150) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  room = new TestRoom();
  left = new AbortController();
  typed = new TypedText(room, left.signal);
});
afterEach(() => vi.useRealTimers());

describe('typed text', () => {
  it('waits for an agent, goes to the newest one, in order, and is sent once it is taken', async () => {
    room.join('phone-1');
    const both = Promise.all([typed.send('one'), typed.send('two')]);
    await soon(1_000);
    expect(room.sent).toEqual([]);
    room.join('agent-10');
    room.join('agent-9');
    await soon();
    expect(room.texts).toEqual([
      ['agent-10', 'one'],
      ['agent-10', 'two'],
    ]);
    for (const { answer } of room.sent) answer();
    await both;
    await soon(20_000);
    expect(room.sent).toHaveLength(2);
  });

  it('that an agent had not taken when it died goes to the next one, as the same text, in order', async () => {
    room.join('agent-1');
    const both = Promise.all([typed.send('one'), typed.send('two')]);
    await soon();
    room.leave('agent-1');
    await soon(500);
    room.join('agent-2');
    await soon();
    expect(room.texts.slice(2)).toEqual([
      ['agent-2', 'one'],
      ['agent-2', 'two'],
    ]);
    expect(room.sent[2]!.id).toBe(room.sent[0]!.id);
    room.sent.slice(2).forEach(({ answer }) => answer());
    await both;
  });

  it.each([
    ['agent-1', 0],
    ['agent-AJ_x', 4],
    ['my-own', 4],
  ])('is for the chat of an agent that knows nothing of it: %s', async (identity, kind) => {
    room.join(identity, kind);
    const sending = typed.send('one');
    for (let tries = 0; room.chat.length === 0; tries++) {
      await soon();
      room.sent.at(-1)?.fail(1400);
      expect(tries).toBeLessThan(100);
    }
    await sending;
    expect(room.chat).toEqual(['one']);
    expect(room.sent.length).toBeGreaterThan(5);
  });

  it('goes to the agent that runs the flow rather than to another one in the room', async () => {
    room.join('agent-2');
    room.join('agent-AJ_x', 4);
    const sending = typed.send('one');
    await soon();
    expect(room.texts).toEqual([['agent-2', 'one']]);
    room.sent[0]!.answer();
    await sending;
  });

  it('is given up when the room is left', async () => {
    const sending = typed.send('one');
    const failed = expect(sending).rejects.toThrow('gone');
    left.abort(new Error('gone'));
    await failed;
  });
});
