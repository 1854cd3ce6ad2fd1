/** Speech found in received audio by its energy: a log line can claim a greeting, samples cannot. */

/** A stretch of speech from one participant. Pauses shorter than `gapMs` belong to it. */
export interface Segment {
  identity: string;
  /** Milliseconds since the epoch, as received by the caller: first and end of last audible window. */
  startAt: number;
  endAt: number;
  /** Milliseconds that were above the threshold. */
  audibleMs: number;
  /** Loudest window, RMS of 16-bit samples. */
  peak: number;
}

export interface MeterOptions {
  /** RMS of 16-bit samples that counts as speech. 300 is -41 dBFS; comfort noise stays below 30. */
  threshold?: number;
  /** Longest pause inside one segment. Milliseconds. */
  gapMs?: number;
  /** Less than this is a click, not speech. Milliseconds. */
  minSpeechMs?: number;
}

const WINDOW_MS = 10;

export function rms(samples: Int16Array, from = 0, to = samples.length): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += samples[i]! * samples[i]!;
  return to > from ? Math.sqrt(sum / (to - from)) : 0;
}

/** Cuts the audio of one track into segments of speech. */
export class SpeechMeter {
  readonly segments: Segment[] = [];
  private readonly threshold: number;
  private readonly gapMs: number;
  private readonly minSpeechMs: number;
  private candidate: Segment | undefined;

  constructor(
    readonly identity: string,
    options: MeterOptions = {},
    /** Called once a segment is long enough to be speech. */
    private readonly onSpeech: (segment: Segment) => void = () => {},
  ) {
    this.threshold = options.threshold ?? 300;
    this.gapMs = options.gapMs ?? 400;
    this.minSpeechMs = options.minSpeechMs ?? 40;
  }

  /** `endAt`: milliseconds since the epoch at which the last sample was received. Mono. */
  add(samples: Int16Array, sampleRate: number, endAt: number): void {
    const size = Math.max(1, Math.round((sampleRate * WINDOW_MS) / 1000));
    const windows = Math.floor(samples.length / size);
    for (let w = 0; w < windows; w++) {
      const level = rms(samples, w * size, (w + 1) * size);
      if (level >= this.threshold) this.audible(endAt - (windows - w) * WINDOW_MS, level);
    }
  }

  private audible(startAt: number, level: number): void {
    let current = this.candidate;
    if (!current || startAt - current.endAt > this.gapMs) {
      current = { identity: this.identity, startAt, endAt: startAt, audibleMs: 0, peak: 0 };
      this.candidate = current;
    }
    const before = current.audibleMs;
    current.audibleMs += WINDOW_MS;
    current.endAt = Math.max(current.endAt, startAt + WINDOW_MS);
    current.peak = Math.max(current.peak, Math.round(level));
    if (before < this.minSpeechMs && current.audibleMs >= this.minSpeechMs) {
      this.segments.push(current);
      this.onSpeech(current);
    }
  }
}

/** Milliseconds during which two identities spoke at once. */
export function overlapMs(segments: readonly Segment[]): number {
  let total = 0;
  segments.forEach((a, i) => {
    for (const b of segments.slice(i + 1)) {
      if (a.identity !== b.identity) {
        total += Math.max(0, Math.min(a.endAt, b.endAt) - Math.max(a.startAt, b.startAt));
      }
    }
  });
  return total;
}
