import { EventEmitter } from 'node:events';
import { RoomEvent, TrackKind } from '@livekit/rtc-node';
import type { Room } from '@livekit/rtc-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Hearing } from '../../../agent/job/hearing.js';
import type { Speaker } from '../../../agent/job/utterances.js';
import type { Recogniser } from '../../../agent/providers/stt/recogniser.js';
import type { ExpectedAnswer } from '../../../contract/index.js';

const QUESTION: ExpectedAnswer = { kind: 'choice', options: { yes: ['yes'] }, dtmf: {} };
const LISTENER = { started: () => undefined, ended: () => undefined };

/** What cuts the voice of the caller's track: the test speaks. */
let mouth: Speaker;
vi.mock('../../../agent/job/utterances.js', () => ({
  DETECTION: {},
  utterances: (_: unknown, speaker: Speaker) => ((mouth = speaker), new Promise(() => undefined)),
}));
vi.mock('@livekit/agents', () => ({
  inference: {
    VAD: class {
      stream = () => ({});
    },
  },
}));
vi.mock('@livekit/rtc-node', async (load) => ({
  ...(await load<object>()),
  AudioStream: class {
    getReader = () => ({ read: () => new Promise(() => undefined) });
  },
}));

function hearing(
  hear: Recogniser['hear'] = (_, speech) => Promise.resolve(speech.length > 1 ? `${speech.length} samples` : undefined),
) {
  const loaded: ExpectedAnswer[] = [];
  const recogniser: Recogniser = {
    understands: (_, language) => language !== 'xx',
    prepare: (expect) => Promise.resolve(loaded.push(expect) > 0),
    hear,
  };
  const room = Object.assign(new EventEmitter(), { remoteParticipants: new Map() });
  return { loaded, room, ear: new Hearing(room as unknown as Room, recogniser, () => undefined) };
}

/** Samples tell stretches of speech apart; without any it was a cough. */
const say = (samples?: number) => (mouth.started(), mouth.ended(samples ? new Int16Array(samples) : undefined));

describe('a call in which nobody speaks', () => {
  it('loads no recogniser: the caller has no microphone, or only a camera', () => {
    const { ear, room, loaded } = hearing();
    ear.listen(QUESTION, 'en', LISTENER);
    room.emit(RoomEvent.TrackSubscribed, { kind: TrackKind.KIND_VIDEO }, {}, { identity: 'caller' });
    room.emit(RoomEvent.TrackSubscribed, { kind: TrackKind.KIND_AUDIO }, {}, { identity: 'someone else' });
    expect(loaded).toEqual([]);
  });

  it('does not even look for a voice when speech cannot answer', () => {
    const { ear, room } = hearing();
    ear.listen(QUESTION, 'xx', LISTENER);
    expect(room.listenerCount(RoomEvent.TrackSubscribed)).toBe(0);
  });
});

describe('what a caller says while nothing is asked', () => {
  const ended = vi.fn();
  const started = vi.fn();
  const question = { started, ended };
  const ear = () => {
    const { ear, room } = hearing();
    ear.onBargeIn(() => undefined)();
    room.emit(RoomEvent.TrackSubscribed, { kind: TrackKind.KIND_AUDIO }, {}, { identity: 'caller' });
    return ear;
  };
  /** Words that the caller cuts short. */
  const interrupted = (from: Hearing, samples: number) => {
    const stop = from.onBargeIn(() => stop());
    say(samples);
  };
  const goingOn = (from: Hearing) => {
    const stop = from.onBargeIn(() => stop());
    mouth.started();
  };
  const settled = () => vi.advanceTimersByTimeAsync(0);

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.clearAllMocks();
  });

  it('and cuts words short with answers the question that follows, and no other', async () => {
    const from = ear();
    interrupted(from, 20);
    await vi.advanceTimersByTimeAsync(9_000);
    const stop = from.listen(QUESTION, 'en', question);
    expect(started).toHaveBeenCalledOnce(); // at once: the prompt does not begin
    await settled();
    expect(ended.mock.calls).toEqual([[{ words: '20 samples' }]]);
    stop();
    from.listen(QUESTION, 'en', question);
    await settled();
    expect(started).toHaveBeenCalledOnce();
  });

  it('and is still saying when the question comes is heard as ever', async () => {
    const from = ear();
    const stop = from.onBargeIn(() => stop());
    mouth.started();
    from.listen(QUESTION, 'en', question);
    mouth.ended(new Int16Array(30));
    await settled();
    expect(ended.mock.calls).toEqual([[{ words: '30 samples' }]]);
  });

  it('and nobody understands is told as such', async () => {
    const from = ear();
    interrupted(from, 1);
    from.listen(QUESTION, 'en', question);
    await settled();
    expect(ended.mock.calls).toEqual([[{}]]);
  });

  it.each<[string, (from: Hearing) => unknown]>([
    ['ten seconds before', async (from) => (interrupted(from, 20), vi.advanceTimersByTimeAsync(10_000))],
    ['without cutting anything short', () => say(20)],
    ['after an answer, in one breath', (from) => (from.listen(QUESTION, 'en', LISTENER)(), say(20))],
    ['about words before the last', (from) => (interrupted(from, 20), from.onBargeIn(() => undefined)())],
    ['before a question that cannot be answered early', (from) => (interrupted(from, 20), from.forget())],
    ['before one that speech cannot answer', (from) => (interrupted(from, 20), from.listen(QUESTION, 'xx', question))],
    [
      'until after a question that speech cannot answer',
      (from) => (goingOn(from), from.listen(QUESTION, 'xx', LISTENER)(), mouth.ended(new Int16Array(20))),
    ],
    [
      'until after a question that a key has answered',
      (from) => (goingOn(from), from.listen(QUESTION, 'en', LISTENER)(), mouth.ended(new Int16Array(20))),
    ],
    [
      'until after keys have begun an answer',
      (from) => (goingOn(from), from.forget(), mouth.ended(new Int16Array(20))),
    ],
  ])('%s is no answer', async (_, meanwhile) => {
    const from = ear();
    await meanwhile(from);
    from.listen(QUESTION, 'en', question);
    await settled();
    expect([started, ended].map(({ mock }) => mock.calls)).toEqual([[], []]);
  });
});

it('tells what was said in the order in which it was said, whichever is understood first', async () => {
  const answers: ((words: string | undefined) => void)[] = [];
  const { ear, room } = hearing(() => new Promise((resolve) => answers.push(resolve)));
  const ended = vi.fn();
  ear.listen(QUESTION, 'en', { started: () => undefined, ended });
  room.emit(RoomEvent.TrackSubscribed, { kind: TrackKind.KIND_AUDIO }, {}, { identity: 'caller' });
  [1, 2, undefined].forEach(say);
  answers[1]!('second');
  await new Promise(setImmediate);
  expect(ended).not.toHaveBeenCalled();
  answers[0]!('first');
  await vi.waitFor(() => expect(ended.mock.calls).toEqual([[{ words: 'first' }], [{ words: 'second' }], [undefined]]));
});

it('does not let what was said before a question hold up its answer', async () => {
  const { ear, room } = hearing((_, speech) =>
    speech.length > 1 ? Promise.resolve('yes') : new Promise(() => undefined),
  );
  const stop = ear.listen(QUESTION, 'en', LISTENER);
  room.emit(RoomEvent.TrackSubscribed, { kind: TrackKind.KIND_AUDIO }, {}, { identity: 'caller' });
  say(1);
  stop();
  const ended = vi.fn();
  ear.listen(QUESTION, 'en', { started: () => undefined, ended });
  say(2);
  await vi.waitFor(() => expect(ended.mock.calls).toEqual([[{ words: 'yes' }]]));
});

it('tells a recogniser that hangs when nobody waits any more', async () => {
  vi.useFakeTimers();
  let hung: AbortSignal | undefined;
  const { ear, room } = hearing((_expect, _speech, signal) => ((hung = signal), new Promise(() => undefined)));
  const ended = vi.fn();
  ear.listen(QUESTION, 'en', { started: () => undefined, ended });
  room.emit(RoomEvent.TrackSubscribed, { kind: TrackKind.KIND_AUDIO }, {}, { identity: 'caller' });
  say(1);
  await vi.advanceTimersByTimeAsync(9_999);
  expect(hung?.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(hung?.aborted).toBe(true);
  expect(ended.mock.calls).toEqual([[{}]]);
  vi.useRealTimers();
});
