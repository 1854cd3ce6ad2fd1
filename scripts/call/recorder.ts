/** What the caller heard, in real time: silence stays silence, two speakers at once are mixed. Mono, 16 bit. */
export class Recorder {
  private readonly pcm: Int16Array;
  private length = 0;

  constructor(
    readonly sampleRate: number,
    /** Milliseconds since the epoch of the first sample. */
    private readonly startAt: number,
    /** Audio after this is dropped, so that a call that never ends does not fill the memory. Milliseconds. */
    limitMs: number,
  ) {
    this.pcm = new Int16Array(Math.ceil((limitMs * sampleRate) / 1000));
  }

  /** A writer for one track. Frames follow each other without seams until the track falls silent for 200 ms. */
  track(): (samples: Int16Array, endAt: number) => void {
    const seam = this.sampleRate / 5;
    let next = 0;
    return (samples, endAt) => {
      const position = Math.round(((endAt - this.startAt) * this.sampleRate) / 1000) - samples.length;
      if (Math.abs(position - next) > seam) next = Math.max(0, position);
      const fits = Math.max(0, Math.min(samples.length, this.pcm.length - next));
      for (let i = 0; i < fits; i++) {
        const mixed = this.pcm[next + i]! + samples[i]!;
        this.pcm[next + i] = Math.max(-32768, Math.min(32767, mixed));
      }
      next += samples.length;
      this.length = Math.min(this.pcm.length, Math.max(this.length, next));
    };
  }

  wav(): Buffer {
    const data = Buffer.from(this.pcm.buffer, 0, this.length * 2);
    const header = Buffer.alloc(44);
    header.write('RIFF', 0);
    header.writeUInt32LE(36 + data.length, 4);
    header.write('WAVEfmt ', 8);
    header.writeUInt32LE(16, 16);
    header.writeUInt16LE(1, 20); // PCM
    header.writeUInt16LE(1, 22); // channels
    header.writeUInt32LE(this.sampleRate, 24);
    header.writeUInt32LE(this.sampleRate * 2, 28); // bytes a second
    header.writeUInt16LE(2, 32); // bytes a sample
    header.writeUInt16LE(16, 34); // bits
    header.write('data', 36);
    header.writeUInt32LE(data.length, 40);
    return Buffer.concat([header, data]);
  }
}
