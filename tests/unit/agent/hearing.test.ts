import { EventEmitter } from 'node:events';
import { RoomEvent, TrackKind } from '@livekit/rtc-node';
import type { Room } from '@livekit/rtc-node';
import { describe, expect, it } from 'vitest';
import { Hearing } from '../../../agent/job/hearing.js';
import type { Recogniser } from '../../../agent/providers/stt/recogniser.js';
import type { ExpectedAnswer } from '../../../contract/index.js';

const QUESTION: ExpectedAnswer = { kind: 'choice', options: { yes: ['yes'] }, dtmf: {} };
const LISTENER = { started: () => undefined, ended: () => undefined };

function hearing() {
  const loaded: ExpectedAnswer[] = [];
  const recogniser: Recogniser = {
    understands: (_, language) => language !== 'xx',
    prepare: (expect) => Promise.resolve(loaded.push(expect) > 0),
    hear: () => Promise.resolve(undefined),
  };
  const room = Object.assign(new EventEmitter(), { remoteParticipants: new Map() });
  return { loaded, room, ear: new Hearing(room as unknown as Room, recogniser, () => undefined) };
}

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
