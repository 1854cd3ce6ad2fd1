import { execFileSync } from 'node:child_process';
import { AudioFrame, AudioResampler } from '@livekit/rtc-node';

/** espeak-ng's. */
const RATE = 22_050;
const HEADER_BYTES = 44;
export const SPEECH_RATE = 16_000;

/** The same each time, without a tone in it: -500 to 499. */
export const noise = (i: number): number => ((Math.imul(i ^ (i >>> 7), 2_654_435_761) >>> 8) % 1_000) - 500;

/** A synthetic voice as it comes from a phone: 16 kHz mono, with silence around it. Milliseconds. */
export function say(text: string, voice = 'en-us', silence = { before: 250, after: 250 }): Int16Array {
  const wav = execFileSync('espeak-ng', ['-v', voice, '-s', '160', '--stdin', '--stdout'], { input: text });
  const pcm = new Int16Array(
    wav.buffer.slice(wav.byteOffset + HEADER_BYTES, wav.byteOffset + wav.length - (wav.length % 2)),
  );
  const resampler = new AudioResampler(RATE, SPEECH_RATE, 1);
  const frames = [...resampler.push(new AudioFrame(pcm, RATE, 1, pcm.length)), ...resampler.flush()];
  const samples = (ms: number) => (ms * SPEECH_RATE) / 1_000;
  const spoken = frames.reduce((sum, { data }) => sum + data.length, 0);
  const speech = new Int16Array(samples(silence.before) + spoken + samples(silence.after));
  frames.reduce((at, { data }) => (speech.set(data, at), at + data.length), samples(silence.before));
  return speech.map((sample, i) => sample + (noise(i) >> 5)); // no microphone is perfectly still
}
