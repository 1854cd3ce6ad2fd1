import {
  AudioFrame,
  AudioSource,
  LocalAudioTrack,
  TrackPublishOptions,
  TrackSource,
  type Room,
} from '@livekit/rtc-node';

/** `silence` publishes a track and never feeds it: the cheapest microphone there is. `tone` hums at 440 Hz. */
export type Microphone = 'none' | 'silence' | 'tone';

const SAMPLE_RATE = 48_000;
const FRAME_MS = 100;

/** Publishes a microphone track; the answer stops it. */
export async function publishMicrophone(room: Room, kind: Microphone): Promise<() => Promise<void>> {
  if (kind === 'none') return async () => {};
  const source = new AudioSource(SAMPLE_RATE, 1);
  const track = LocalAudioTrack.createAudioTrack('microphone', source);
  await room.localParticipant!.publishTrack(track, new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE }));
  const stop = new AbortController();
  const humming = kind === 'tone' ? hum(source, stop.signal) : Promise.resolve();
  return async () => {
    stop.abort();
    await humming;
    await track.close();
  };
}

/** captureFrame waits while the source's queue is full, so the loop runs at the speed of the audio. */
async function hum(source: AudioSource, signal: AbortSignal): Promise<void> {
  const frame = AudioFrame.create(SAMPLE_RATE, 1, (SAMPLE_RATE * FRAME_MS) / 1000);
  frame.data.forEach((_, i) => (frame.data[i] = 4000 * Math.sin((2 * Math.PI * 440 * i) / SAMPLE_RATE)));
  while (!signal.aborted) await source.captureFrame(frame);
}
