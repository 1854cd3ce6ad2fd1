import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The framework does not say which of its processes are loaded: each tells in a file named by its process id. */
export const POOL_VARIABLE = 'BENCH_POOL';

type State = 'warm' | 'in a call';

export function tell(state: State): void {
  const folder = process.env[POOL_VARIABLE];
  if (folder) writeFileSync(join(folder, String(process.pid)), `${startOf(process.pid)} ${state}`);
}

/** Ids of the living processes, by what they told; what the dead ones told is removed. */
export function lookAtPool(folder: string): Record<State, number[]> {
  const pool: Record<State, number[]> = { warm: [], 'in a call': [] };
  for (const name of readdirSync(folder)) {
    const told = readFileSync(join(folder, name), 'utf8');
    if (!told) continue; // about to be written
    const [start, state] = [told.slice(0, told.indexOf(' ')), told.slice(told.indexOf(' ') + 1)];
    if (start === startOf(Number(name))) pool[state as State].push(Number(name));
    else rmSync(join(folder, name), { force: true });
  }
  return pool;
}

/** Linux: when a process began, in ticks since the machine did; undefined when it is gone. Process ids come again. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
