import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';

const GRACE_MS = 4_000;

const signal = (group, name) => {
  try {
    return process.kill(-group, name);
  } catch {
    return false;
  }
};

/**
 * Ends what was started even when the starter is killed with SIGKILL: a process that holds one end of a pipe, knows
 * the process groups, and acts when the other end closes. Nothing that is started has to know of it.
 */
async function main() {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {});
  const groups = new Set();
  for await (const line of createInterface({ input: process.stdin })) {
    const [verb, group] = line.split(' ');
    if (verb === 'add') groups.add(Number(group));
    else groups.delete(Number(group));
  }
  for (const group of groups) {
    signal(group, 'SIGCONT'); // a stopped process would not hear the next one
    signal(group, 'SIGTERM');
  }
  const deadline = Date.now() + GRACE_MS;
  while (Date.now() < deadline && [...groups].some((group) => signal(group, 0))) await sleep(100);
  for (const group of groups) signal(group, 'SIGKILL');
}

/** `add` and `remove` process groups; `close` when all have ended. */
export function startReaper() {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  child.stdin.unref?.();
  child.stdin.on('error', () => {});
  const tell = (verb) => (group) => child.stdin.write(`${verb} ${group}\n`);
  return { pid: child.pid, add: tell('add'), remove: tell('remove'), close: () => child.stdin.end() };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
