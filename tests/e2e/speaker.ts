import {
  AudioFrame,
  AudioSource,
  AudioStream,
  LocalAudioTrack,
  type RemoteTrack,
  Room,
  RoomEvent,
  TrackPublishOptions,
  TrackSource,
} from '@livekit/rtc-node';
import { SpeechMeter } from '../../scripts/call/energy.js';
import { say, SPEECH_RATE } from '../../scripts/recognition/voice.js';

const FRAME = SPEECH_RATE / 50;
/** What a caller leaves after a word before they say another. Milliseconds. */
const PAUSE_MS = 1_000;

/** A caller who speaks, in a synthetic voice, and hears the agent meanwhile. */
export class Speaker {
  private readonly room = new Room();
  private readonly source = new AudioSource(SPEECH_RATE, 1);
  private readonly meter = new SpeechMeter('agent');

  async join({ url, token }: { url: string; token: string }): Promise<this> {
    this.room.on(RoomEvent.TrackSubscribed, (track) => void this.hear(track));
    await this.room.connect(url, token);
    const track = LocalAudioTrack.createAudioTrack('microphone', this.source);
    const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
    await this.room.localParticipant!.publishTrack(track, options);
    return this;
  }

  /** Milliseconds of the agent's speech that were heard so far. */
  get heardMs(): number {
    return this.meter.segments.reduce((sum, { audibleMs }) => sum + audibleMs, 0);
  }

  /** Says it, and resolves after a pause. */
  say = (text: string): Promise<void> => this.play(voiced(text));

  private async play(pcm: Int16Array): Promise<void> {
    for (let at = 0; at + FRAME <= pcm.length; at += FRAME)
      await this.source.captureFrame(new AudioFrame(pcm.slice(at, at + FRAME), SPEECH_RATE, 1, FRAME));
    await this.source.waitForPlayout();
  }

  /** How long the agent that speaks now was still heard after the caller began to say this. Milliseconds. */
  async interrupt(text: string): Promise<number> {
    const spoken = this.meter.segments.at(-1)!;
    const pcm = voiced(text);
    const began = Date.now();
    await this.play(pcm);
    return spoken.endAt - began;
  }

  leave = () => this.room.disconnect();

  private async hear(track: RemoteTrack): Promise<void> {
    const frames = new AudioStream(track, { sampleRate: SPEECH_RATE, numChannels: 1, frameSizeMs: 10 }).getReader();
    for (let next = await frames.read(); !next.done; next = await frames.read())
      this.meter.add(next.value.data, SPEECH_RATE, Date.now());
  }
}

const voiced = (text: string): Int16Array => say(text, 'en-us', { before: 0, after: PAUSE_MS });
