import { execFileSync } from 'node:child_process';
import { AudioFrame, AudioSource, LocalAudioTrack, Room, TrackPublishOptions, TrackSource } from '@livekit/rtc-node';

/** espeak-ng's. */
const RATE = 22_050;
const HEADER_BYTES = 44;
const FRAME = RATE / 50;
/** What a caller leaves after a word before they say another. Milliseconds. */
const PAUSE_MS = 1_000;

/** A caller who speaks, in a synthetic voice. */
export class Speaker {
  private readonly room = new Room();
  private readonly source = new AudioSource(RATE, 1);

  async join({ url, token }: { url: string; token: string }): Promise<this> {
    await this.room.connect(url, token);
    const track = LocalAudioTrack.createAudioTrack('microphone', this.source);
    const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
    await this.room.localParticipant!.publishTrack(track, options);
    return this;
  }

  /** Says it, and resolves after a pause. */
  async say(text: string): Promise<void> {
    const wav = execFileSync('espeak-ng', ['-v', 'en-us', '-s', '160', '--stdin', '--stdout'], { input: text });
    const samples = Math.floor((wav.length - HEADER_BYTES) / 2);
    const pcm = new Int16Array(samples + (PAUSE_MS * RATE) / 1_000);
    for (let i = 0; i < samples; i++) pcm[i] = wav.readInt16LE(HEADER_BYTES + i * 2);
    for (let at = 0; at + FRAME <= pcm.length; at += FRAME)
      await this.source.captureFrame(new AudioFrame(pcm.slice(at, at + FRAME), RATE, 1, FRAME));
    await this.source.waitForPlayout();
  }

  leave = () => this.room.disconnect();
}
