import { APIStatusError, APITimeoutError, tts } from '@livekit/agents';
import { AudioFrame, AudioResampler } from '@livekit/rtc-node';
import { networkError } from '../network-error.js';

/** The rate of all speech that is made, whatever a server's voice has: the track in the room has one. Hertz. */
export const VOICE_RATE = 22_050;

const FRAMES_PER_SECOND = 20;
const HEADER_LIMIT = 4_096;
/**
 * A server that hangs is asked again while the caller still waits (`silenceMs`, 10 s). Once: what is only slow must get
 * the time that is left. Milliseconds.
 */
const FIRST_BYTES_MS = 4_000;

/** A provider that answers a text with WAV: 16 bit, mono. */
export class WavTTS extends tts.TTS {
  constructor(
    override label: string,
    private readonly ask: (text: string, signal: AbortSignal) => Promise<Response>,
  ) {
    super(VOICE_RATE, 1, { streaming: false });
  }

  override synthesize(text: string, ...rest: [conn?: object, signal?: AbortSignal]): tts.ChunkedStream {
    return new WavStream(text, this, this.ask, rest[1]);
  }

  override stream(): tts.SynthesizeStream {
    throw new Error(`${this.label} speaks whole texts: use synthesize()`);
  }
}

class WavStream extends tts.ChunkedStream {
  override label: string;
  private hung = false;

  constructor(
    text: string,
    provider: WavTTS,
    private readonly ask: (text: string, signal: AbortSignal) => Promise<Response>,
    signal?: AbortSignal,
  ) {
    super(text, provider, undefined, signal);
    this.label = provider.label;
  }

  /** The framework asks again after errors of its own kinds: those are for what may help, before anything was heard. */
  protected override async run(): Promise<void> {
    const patience = new AbortController();
    const timer = this.hung ? undefined : setTimeout(() => patience.abort(), FIRST_BYTES_MS);
    let heard = false;
    try {
      const signal = AbortSignal.any([this.abortSignal, patience.signal]);
      await this.receive(
        signal,
        () => clearTimeout(timer),
        () => (heard = true),
      );
    } catch (error) {
      if (this.abortSignal.aborted || heard) throw error;
      if (patience.signal.aborted) {
        this.hung = true;
        throw new APITimeoutError({ message: `${this.label} gave nothing within ${FIRST_BYTES_MS} ms` });
      }
      throw networkError(error, this.label);
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws with the server's words when it refuses */
  private async receive(signal: AbortSignal, onBytes: () => void, onFrame: () => void): Promise<void> {
    const answer = await this.ask(this.inputText, signal);
    if (!answer.ok || !answer.body)
      // The framework asks again where that may help: 5xx and 429.
      throw new APIStatusError({
        message: `${this.label} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`,
        options: { statusCode: answer.status },
      });
    const requestId = crypto.randomUUID();
    const put = (frame: AudioFrame) => {
      onFrame();
      this.queue.put({ requestId, segmentId: requestId, frame, final: false });
    };
    await frames(answer.body as unknown as AsyncIterable<Uint8Array>, onBytes, put);
  }
}

async function frames(
  body: AsyncIterable<Uint8Array>,
  onBytes: () => void,
  put: (frame: AudioFrame) => void,
): Promise<void> {
  let rest = Buffer.alloc(0);
  let rate = 0;
  let resampler: AudioResampler | undefined;
  const cut = (bytes: Buffer) => {
    const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    const frame = new AudioFrame(samples, rate, 1, samples.length);
    for (const each of resampler?.push(frame) ?? [frame]) put(each);
  };
  for await (const chunk of body) {
    onBytes();
    rest = Buffer.concat([rest, chunk]);
    if (rate === 0) {
      const header = readHeader(rest);
      if (!header) continue;
      rate = header.rate;
      rest = rest.subarray(header.bytes);
      if (rate !== VOICE_RATE) resampler = new AudioResampler(rate, VOICE_RATE, 1);
    }
    const size = Math.round(rate / FRAMES_PER_SECOND) * 2;
    for (; rest.length >= size; rest = rest.subarray(size)) cut(rest.subarray(0, size));
  }
  if (rate === 0) throw new Error('the server gave no WAV');
  if (rest.length > 1) cut(rest.subarray(0, rest.length - (rest.length % 2)));
  for (const each of resampler?.flush() ?? []) put(each);
}

/** Where the samples begin; undefined while that has not come yet. Lengths are not looked at: streams do not know. */
function readHeader(wav: Buffer): { rate: number; bytes: number } | undefined {
  const data = wav.indexOf('data');
  if (wav.length >= 4 && wav.toString('latin1', 0, 4) !== 'RIFF')
    throw new Error('the server gave something else than WAV');
  if (data < 0 && wav.length > HEADER_LIMIT) throw new Error('the server gave WAV without samples');
  if (data < 0 || wav.length < data + 8) return undefined;
  const format = wav.indexOf('fmt ');
  const [channels, rate, bits] = [
    wav.readUInt16LE(format + 10),
    wav.readUInt32LE(format + 12),
    wav.readUInt16LE(format + 22),
  ];
  if (channels !== 1 || bits !== 16)
    throw new Error(`the server gave ${bits} bit, ${channels} channels: 16 bit mono is needed`);
  return { rate, bytes: data + 8 };
}
