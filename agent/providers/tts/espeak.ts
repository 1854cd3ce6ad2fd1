import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tts } from '@livekit/agents';
import { AudioFrame } from '@livekit/rtc-node';

/** espeak-ng's own rate: nothing is resampled before LiveKit. */
const SAMPLE_RATE = 22_050;
const FRAME_BYTES = Math.round(SAMPLE_RATE / 20) * 2; // 50 ms of 16 bit mono
const WAV_HEADER_BYTES = 44;
const WORDS_PER_MINUTE = 165;

/**
 * Speech without a key or a download, by espeak-ng. It is GPL, so it always runs as a program of its own: from PATH,
 * else the WASM build from npm in a Node process. Text goes in on stdin: a caller's words are never arguments.
 */
export class EspeakTTS extends tts.TTS {
  override label = 'espeak-ng';

  constructor() {
    super(SAMPLE_RATE, 1, { streaming: false });
  }

  override synthesize(text: string, ...rest: [conn?: object, signal?: AbortSignal]): tts.ChunkedStream {
    return new EspeakStream(text, this, undefined, rest[1]);
  }

  override stream(): tts.SynthesizeStream {
    throw new Error('espeak-ng speaks whole texts: use synthesize()');
  }
}

class EspeakStream extends tts.ChunkedStream {
  override label = 'espeak-ng';

  protected override async run(): Promise<void> {
    const requestId = crypto.randomUUID();
    let rest = Buffer.alloc(0);
    let header = WAV_HEADER_BYTES;
    const put = (bytes: Buffer, final: boolean) => {
      const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
      const frame = new AudioFrame(samples, SAMPLE_RATE, 1, samples.length);
      this.queue.put({ requestId, segmentId: requestId, frame, final });
    };
    for await (const chunk of speak(this.inputText, this.abortSignal)) {
      rest = Buffer.concat([rest, chunk]);
      const skip = Math.min(header, rest.length);
      header -= skip;
      rest = rest.subarray(skip);
      for (; rest.length >= FRAME_BYTES; rest = rest.subarray(FRAME_BYTES)) put(rest.subarray(0, FRAME_BYTES), false);
    }
    const even = rest.length - (rest.length % 2);
    if (even > 0) put(rest.subarray(0, even), true);
  }
}

/** WAV bytes as espeak-ng makes them. @throws when the program is missing or fails */
async function* speak(text: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { command, args } = program();
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], signal });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  ended.catch(() => undefined); // awaited below, after the output
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString().slice(0, 500)));
  child.stdin.on('error', () => undefined); // the program ended first; its exit code says why
  child.stdin.end(text);
  yield* child.stdout as AsyncIterable<Buffer>;
  const code = await ended;
  if (code !== 0) throw new Error(`espeak-ng failed (exit ${code}): ${complaint.trim() || 'no message'}`);
}

let chosen: { command: string; args: string[] } | undefined;

/** espeak-ng from PATH (or ESPEAK_PATH), else the npm package in a process of its own. */
function program(): { command: string; args: string[] } {
  chosen ??= find();
  return chosen;
}

function find(): { command: string; args: string[] } {
  const options = ['-s', String(WORDS_PER_MINUTE), '-z']; // -z: without 0.3 s of silence at the end of every text
  const native = process.env.ESPEAK_PATH ?? onPath('espeak-ng');
  if (native) return { command: native, args: [...options, '--stdin', '--stdout'] };
  try {
    createRequire(import.meta.url).resolve('espeak-ng');
  } catch {
    throw new Error(
      'No speech: install espeak-ng (Debian: apt-get install espeak-ng), or run npm install without --omit=optional',
    );
  }
  const script = fileURLToPath(new URL('./espeak-wasm.js', import.meta.url));
  return { command: process.execPath, args: [script, ...options] };
}

function onPath(name: string): string | undefined {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
