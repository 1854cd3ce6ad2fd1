import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const VERSION = '5.0.4';
const run = promisify(execFile);
const script = fileURLToPath(new URL('./hear.py', import.meta.url));
const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
const folder = join(cache, 'durable-calls', `pocketsphinx-${VERSION}`);
const python = join(folder, 'bin', 'python');

/** Installs PyPI's pocketsphinx, which brings an English model, once. @returns why it cannot be had; throws in CI */
export async function pocketsphinxMissing(): Promise<string | undefined> {
  try {
    if (!existsSync(join(folder, 'ready'))) {
      await run('python3', ['-m', 'venv', folder]);
      await run(python, ['-m', 'pip', 'install', '--quiet', `pocketsphinx==${VERSION}`]);
      await run(python, ['-c', `import pocketsphinx; open(${JSON.stringify(join(folder, 'ready'))}, 'w')`]);
    }
    return undefined;
  } catch (error) {
    const why = `skipped: python3 with pocketsphinx cannot be had: ${(error as Error).message.split('\n')[0]}`;
    if (process.env.CI) throw new Error(why, { cause: error });
    return why;
  }
}

export interface Pocketsphinx {
  /** The words in 16 kHz mono audio. */
  hear(audio: Buffer): Promise<string>;
  stop(): void;
}

/** Resolves once the model is loaded: that takes longer than all recognition. */
export async function startPocketsphinx(): Promise<Pocketsphinx> {
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next(); // ready
  let before = Promise.resolve('');
  const hear = async (audio: Buffer): Promise<string> => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(audio.length);
    child.stdin.write(Buffer.concat([length, audio]));
    const { value } = await lines.next();
    return value ?? '';
  };
  return {
    hear: (audio) => (before = before.then(() => hear(audio))), // one after the other
    stop: () => void child.kill(),
  };
}
