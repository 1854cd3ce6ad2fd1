import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { inRoot } from '../paths.js';
import { Refusal } from '../refusal.js';
import { CONTENDERS } from '../types.js';
import type { Results } from '../types.js';
import type { Plot } from './plots.js';

const DOCUMENT = inRoot('docs/benchmark.md');
const BEGIN = '<!-- last run: written by npm run bench -->';
const END = '<!-- end of last run -->';

/** As `npm run format` would leave it. */
async function formatted(text: string, parser: 'json' | 'markdown'): Promise<string> {
  const { format, resolveConfig } = await import('prettier');
  return format(text, { ...(await resolveConfig(DOCUMENT)), parser });
}

/** `<date>.json` and `latest.json`; written after every condition, so that an interrupted run is not lost. */
export async function saveResults(results: Results): Promise<string> {
  const folder = inRoot('bench/results');
  await mkdir(folder, { recursive: true });
  const text = await formatted(JSON.stringify(results), 'json');
  const path = join(folder, `${results.date.replaceAll(':', '-').slice(0, 19)}.json`);
  await Promise.all([writeFile(path, text), writeFile(join(folder, 'latest.json'), text)]);
  return path;
}

/** As much of the results as tells them from other files. */
const shape = z.looseObject({
  date: z.string(),
  machine: z.looseObject({ loadBefore: z.number() }),
  conditions: z.array(
    z.looseObject({
      condition: z.looseObject({ id: z.string(), title: z.string() }),
      callers: z.looseObject({ cpuMs: z.number() }),
      calls: z.array(z.looseObject({ contender: z.enum(CONTENDERS), heardMs: z.number().nullable() })),
    }),
  ),
});

export async function readResults(path: string): Promise<Results> {
  try {
    return shape.parse(JSON.parse(await readFile(path, 'utf8'))) as unknown as Results;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = error instanceof z.ZodError ? 'it has other things in it' : (code ?? message);
    throw new Refusal(`${path} is not a file of results, as bench/results/latest.json is: ${why}`, { cause: error });
  }
}

export async function savePlots(folder: string, plots: readonly Plot[]): Promise<string[]> {
  await mkdir(inRoot(folder), { recursive: true });
  const files = plots.map(({ name, svg }) => ({ path: inRoot(folder, `bench-${name}.svg`), svg }));
  await Promise.all(files.map(({ path, svg }) => writeFile(path, `${svg}\n`)));
  return files.map(({ path }) => path);
}

/** Puts the tables of a run where docs/benchmark.md shows the last one. */
export async function saveTables(markdown: string): Promise<void> {
  const document = await readFile(DOCUMENT, 'utf8');
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`${DOCUMENT} has no place for the last run: ${BEGIN} … ${END}`);
  await writeFile(DOCUMENT, await formatted(`${before}${BEGIN}\n\n${markdown}\n\n${END}${after}`, 'markdown'));
}
