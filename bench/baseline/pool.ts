import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The framework does not say which of its processes are loaded: each tells in a file named by its process id. */
export const POOL_VARIABLE = 'BENCH_POOL';

type State = 'warm' | 'in a call';

export function tell(state: State): void {
  const folder = process.env[POOL_VARIABLE];
  if (folder) writeFileSync(join(folder, String(process.pid)), state);
}

/** Ids of the living processes in that state. */
export const processesIn = (folder: string, state: State): number[] =>
  readdirSync(folder)
    .map(Number)
    .filter((pid) => isAlive(pid) && readFileSync(join(folder, String(pid)), 'utf8') === state);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
