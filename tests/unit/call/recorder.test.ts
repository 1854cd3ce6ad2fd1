import { describe, expect, it } from 'vitest';
import { Recorder } from '../../../scripts/call/recorder.js';

const RATE = 16_000;
const frame = (level: number, ms = 20) => new Int16Array((RATE * ms) / 1000).fill(level);
const samples = (wav: Buffer) => new Int16Array(wav.buffer.slice(wav.byteOffset + 44, wav.byteOffset + wav.length));
const atMs = (wav: Buffer, ms: number) => samples(wav)[(RATE * ms) / 1000];

describe('Recorder', () => {
  it('writes a WAV header that fits the samples', () => {
    const recorder = new Recorder(RATE, 0, 1_000);
    recorder.track()(frame(7), 20);
    const wav = recorder.wav();
    expect(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
    expect(wav.readUInt32LE(4)).toBe(wav.length - 8);
    expect(wav.readUInt32LE(24)).toBe(RATE);
    expect(wav.readUInt32LE(40)).toBe(320 * 2);
  });

  it('keeps silence as silence, and frames that come a little late without a seam', () => {
    const recorder = new Recorder(RATE, 0, 2_000);
    const write = recorder.track();
    write(frame(1), 520);
    write(frame(2), 590); // 50 ms late: jitter
    expect(atMs(recorder.wav(), 499)).toBe(0);
    expect(atMs(recorder.wav(), 500)).toBe(1);
    expect(atMs(recorder.wav(), 520)).toBe(2);
  });

  it('mixes two tracks, and clips instead of wrapping', () => {
    const recorder = new Recorder(RATE, 0, 1_000);
    recorder.track()(frame(30_000), 20);
    recorder.track()(frame(30_000), 20);
    expect(atMs(recorder.wav(), 10)).toBe(32_767);
  });

  it('drops what comes after its limit', () => {
    const recorder = new Recorder(RATE, 0, 100);
    const write = recorder.track();
    for (let at = 20; at <= 1_000; at += 20) write(frame(1), at);
    write(frame(1), 60_000);
    expect(samples(recorder.wav())).toHaveLength((RATE * 100) / 1000);
  });
});
