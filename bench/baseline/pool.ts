import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The framework does not say which of its processes are loaded: each tells in a file named by its process id. */
export const POOL_VARIABLE = 'BENCH_POOL';

type State = 'warm' | 'in a call';

export function tell(state: State): void {
  const folder = process.env[POOL_VARIABLE];
  if (folder) writeFileSync(join(folder, String(process.pid)), `${startOf(process.pid)} ${state}`);
}

/** Ids of the living processes in that state. */
export const processesIn = (folder: string, state: State): number[] =>
  readdirSync(folder)
    .map(Number)
    .filter((pid) => readFileSync(join(folder, String(pid)), 'utf8') === `${startOf(pid)} ${state}`);

/** Linux: when a process began, in ticks since the machine did; undefined when it is gone. Process ids come again. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
