import type { LocalTrackPublication, Room } from '@livekit/rtc-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Speech } from '../../../agent/job/speech.js';
import { Silent, Voice } from '../../../agent/job/voice.js';

vi.mock('@livekit/rtc-node', async (load) => ({
  ...(await load<object>()),
  AudioSource: class {
    queuedDuration = 0;
    clearQueue = () => undefined;
  },
  LocalAudioTrack: { createAudioTrack: () => ({}) },
}));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a voice to which the caller does not subscribe', () => {
  const track = { sid: 'TR_1', waitForSubscription: () => new Promise<never>(() => undefined) };
  const failing = (what: string) => () => Promise.reject(new Error(what));

  it.each<[string, Partial<Record<'unpublishTrack' | 'publishTrack', () => Promise<never>>>]>([
    ['track not found', { unpublishTrack: failing('track not found') }],
    ['engine closed', { publishTrack: failing('engine closed') }],
  ])('and that cannot be published anew is one that nobody hears: %s', async (why, failure) => {
    const publishTrack = () => Promise.resolve(track as unknown as LocalTrackPublication);
    const localParticipant = { publishTrack, unpublishTrack: () => Promise.resolve() };
    const room = { localParticipant, remoteParticipants: new Map([['caller', {}]]) } as unknown as Room;
    const speech = { sampleRate: 24_000, prepare: () => undefined } as unknown as Speech;
    const voice = await Voice.publish(room, speech);
    Object.assign(localParticipant, failure);
    const said = voice.say({ text: 'Hello.', silenceMs: 10_000 }, () => undefined, new AbortController().signal);
    const failed = said.catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(3_000);
    const error = await failed;
    expect(error).toBeInstanceOf(Silent);
    expect((error as Error).message).toContain(`published anew: ${why}`);
  });
});
