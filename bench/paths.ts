import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Flow } from '../contract/index.js';

/** The repository, seen from dist/bench/. */
export const inRoot = (...parts: string[]): string => join(fileURLToPath(new URL('../..', import.meta.url)), ...parts);

export const compiled = (path: string): string => inRoot('dist', 'bench', path);

export const readFlow = (path: string): Flow => JSON.parse(readFileSync(inRoot(path), 'utf8')) as Flow;

/** The flow that is measured: a greeting, then silence until the caller leaves, as in the yardsticks. */
export const HELD_FLOW = 'bench/flows/held.json';

export function greetingText(): string {
  const { nodes, start } = readFlow(HELD_FLOW);
  const first = nodes[start];
  if (first?.type !== 'say') throw new Error(`${HELD_FLOW} does not begin with a say`);
  return first.text;
}
