import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What people read: path from the root → text. */
export const DOCS: ReadonlyMap<string, string> = new Map(
  [
    ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
    ...readdirSync(`${ROOT}docs`, { recursive: true, encoding: 'utf8' }).map((path) => `docs/${path}`),
  ]
    .filter((path) => path.endsWith('.md'))
    .map((path) => [path, readFileSync(ROOT + path, 'utf8')]),
);

export interface DocCommand {
  file: string;
  command: string;
}

/** The commands in the shell blocks of the docs, without their comments; those that go over several lines as one. */
export const COMMANDS: readonly DocCommand[] = [...DOCS].flatMap(([file, text]) =>
  [...text.matchAll(/^```(?:sh|bash)\n([^]*?)^```$/gm)]
    .flatMap(([, block]) => block!.replace(/\\\n\s*/g, '').split('\n'))
    .map((line) => line.replace(/\s+# .*$/, '').trim())
    .filter((line) => line && !line.startsWith('#'))
    .map((command) => ({ file, command })),
);
