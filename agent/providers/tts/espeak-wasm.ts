import { text } from 'node:stream/consumers';
// @ts-expect-error the package has no types
import ESpeakNg from 'espeak-ng';

/** A program of its own, because espeak-ng is GPL: text on stdin, WAV on stdout, espeak-ng's options as arguments. */
const words = await text(process.stdin);
const espeak = (await ESpeakNg({ arguments: [...process.argv.slice(2), '-w', 'out.wav', words] })) as {
  FS: { readFile: (path: string) => Uint8Array };
};
process.stdout.write(espeak.FS.readFile('out.wav'));
