import type { Room } from '@livekit/rtc-node';
import { describe, expect, it } from 'vitest';
import { callerCanHear } from '../../../agent/job/caller.js';
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

  it('stops waiting when the words are stopped', async () => {
    const stop = new AbortController();
    const waiting = callerCanHear(roomWithCaller(JOINED).room, stop.signal);
    stop.abort();
    await waiting;
  });
});

function roomWithCaller(state: number) {
  const caller = { info: { state } };
  const participants = new Map([[CALLER_IDENTITY, caller]]);
  return { room: { remoteParticipants: participants } as unknown as Room, caller, participants };
}
