import { text } from 'node:stream/consumers';
// @ts-expect-error the package has no types
import ESpeakNg from 'espeak-ng';

interface ESpeak {
  /** In memory. */
  FS: { readFile: (path: string) => Uint8Array; writeFile: (path: string, text: string) => void };
}

/** A program of its own, because espeak-ng is GPL: text on stdin, WAV on stdout, espeak-ng's options as arguments. */
const words = await text(process.stdin);
const espeak = (await ESpeakNg({
  // As a file: words that begin with "-" would be taken for an option.
  arguments: [...process.argv.slice(2), '-w', 'out.wav', '-f', 'words.txt'],
  preRun: [({ FS }: ESpeak) => FS.writeFile('words.txt', words)],
})) as ESpeak;
process.stdout.write(espeak.FS.readFile('out.wav'));
