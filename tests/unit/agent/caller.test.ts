import { EventEmitter } from 'node:events';
import { DisconnectReason, RoomEvent } from '@livekit/rtc-node';
import type { Room } from '@livekit/rtc-node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { callerCanHear, reportCaller } from '../../../agent/job/caller.js';
import type { ListedCaller } from '../../../agent/relay/protocol.js';
import { CALLER_IDENTITY } from '../../../contract/index.js';

const [JOINED, ACTIVE] = [1, 2];

describe('whether the caller can hear', () => {
  it('waits for a caller whose media connection is not up yet', async () => {
    const { room, caller } = roomWithCaller(JOINED);
    let heard = false;
    const waiting = callerCanHear(room, new AbortController().signal).then(() => (heard = true));
    // More turns of the event loop than the function needs for a look.
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(heard).toBe(false);
    caller.info.state = ACTIVE;
    await waiting;
    expect(heard).toBe(true);
  });

  it('waits for nobody when the caller is not in the room, or has left', async () => {
    const { room, participants } = roomWithCaller(JOINED);
    const waiting = callerCanHear(room, new AbortController().signal);
    participants.delete(CALLER_IDENTITY);
    await waiting;
    await callerCanHear(room, new AbortController().signal);
  });

  it('does not wait for news of a caller whom LiveKit itself lists as connected', async () => {
    const never = new AbortController().signal;
    const { room, participants } = roomWithCaller(JOINED);
    await callerCanHear(room, never, CALLER_IDENTITY, async () => ({ sid: 'PA_1', active: true }));
    participants.delete(CALLER_IDENTITY); // the room was not even told that the caller came
    const answers = [false, false, true];
    await callerCanHear(room, never, CALLER_IDENTITY, async () => ({ sid: 'PA_1', active: answers.shift()! }));
    expect(answers).toEqual([]);
  });

  it('stops waiting when the words are stopped', async () => {
    const stop = new AbortController();
    const waiting = callerCanHear(roomWithCaller(JOINED).room, stop.signal);
    stop.abort();
    await waiting;
  });
});

describe('a phone', () => {
  afterEach(() => void vi.useRealTimers());

  it('that is said to ring for ever is spoken to all the same', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { room, caller } = roomWithCaller(ACTIVE);
    Object.assign(caller, { attributes: { 'sip.callStatus': 'ringing' } });
    let heard = false;
    const waiting = callerCanHear(room, new AbortController().signal).then(() => (heard = true));
    vi.advanceTimersByTime(4_000);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(heard).toBe(false);
    vi.advanceTimersByTime(1_000);
    await waiting;
  });
});

describe('what is told of the caller', () => {
  const caller = { identity: CALLER_IDENTITY, sid: 'PA_1' };
  const told: unknown[] = [];
  const listed = async () => ({ sid: 'PA_1', active: true });
  const enter = (...participants: { identity: string; sid: string }[]) => {
    told.length = 0;
    const remoteParticipants = new Map(participants.map((each) => [each.identity, each]));
    const room = Object.assign(new EventEmitter(), { remoteParticipants });
    const report = reportCaller(room as unknown as Room, (event) => void told.push(event), CALLER_IDENTITY, listed);
    return { room, report };
  };

  it('travels with the ready of an agent that is quick', () => {
    const { report } = enter(caller, { identity: 'someone', sid: 'PA_2' });
    report.connected();
    expect(report.arrival()).toEqual({ caller: { sid: 'PA_1', at: expect.any(Number) } });
    expect(told).toEqual([]);
  });

  it('does not wait for an agent that is slow', async () => {
    const { report } = enter(caller);
    report.connected();
    await vi.waitFor(() => expect(told).toMatchObject([{ kind: 'joined', sid: 'PA_1' }]), 5_000);
    expect(report.arrival()).toEqual({});
  });

  it('is told at once when it happens', () => {
    const { room, report } = enter();
    report.connected();
    expect(report.arrival()).toEqual({});
    room.emit(RoomEvent.ParticipantConnected, caller);
    room.emit(RoomEvent.ParticipantConnected, { identity: 'someone', sid: 'PA_2' });
    room.emit(RoomEvent.ParticipantDisconnected, { ...caller, disconnectReason: DisconnectReason.CLIENT_INITIATED });
    expect(told).toMatchObject([{ kind: 'joined' }, { kind: 'left', intentional: true }]);
  });
});

describe('a caller of whom LiveKit has not told the room yet', () => {
  const told: unknown[] = [];
  const enter = (listed: () => Promise<ListedCaller | null>) => {
    told.length = 0;
    const room = Object.assign(new EventEmitter(), { remoteParticipants: new Map() });
    const report = reportCaller(room as unknown as Room, (event) => void told.push(event), CALLER_IDENTITY, listed);
    report.connected();
    return { room, report };
  };
  const listed = async () => ({ sid: 'PA_1', active: false });

  it('is told of when somebody listens, once', async () => {
    const { room, report } = enter(listed);
    expect(report.arrival()).toEqual({});
    room.emit(RoomEvent.LocalTrackSubscribed);
    await vi.waitFor(() => expect(told).toMatchObject([{ kind: 'joined', sid: 'PA_1' }]));
    room.emit(RoomEvent.ParticipantConnected, { identity: CALLER_IDENTITY, sid: 'PA_1' });
    expect(told).toHaveLength(1);
    room.emit(RoomEvent.ParticipantConnected, { identity: CALLER_IDENTITY, sid: 'PA_2' });
    expect(told).toHaveLength(2);
  });

  it('travels with the ready of an agent that gets ready after somebody listens', async () => {
    const { room, report } = enter(listed);
    room.emit(RoomEvent.LocalTrackSubscribed);
    await new Promise(setImmediate);
    expect(report.arrival()).toEqual({ caller: { sid: 'PA_1', at: expect.any(Number) } });
    expect(told).toEqual([]);
  });

  it('is not made up: it was somebody else who listens', async () => {
    const { room, report } = enter(async () => null);
    report.arrival();
    room.emit(RoomEvent.LocalTrackSubscribed);
    await new Promise(setImmediate);
    expect(told).toEqual([]);
  });
});

function roomWithCaller(state: number) {
  const caller = { info: { state } };
  const participants = new Map([[CALLER_IDENTITY, caller]]);
  return { room: { remoteParticipants: participants } as unknown as Room, caller, participants };
}
