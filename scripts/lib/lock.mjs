import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const SAY_EVERY_MS = 5_000;
const LIMIT_MS = 45 * 60_000;
/** Between making the file and writing into it. */
const EMPTY_MS = 10_000;

/** By this process. Containers give the same process id again and again: a file that says ours may be of an earlier one. */
const held = new Set();

const isAlive = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
};

function tryTake(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

/** The holder died without giving the lock back. */
function isStale(path) {
  try {
    const holder = Number(readFileSync(path, 'utf8'));
    if (!holder) return Date.now() - statSync(path).mtimeMs > EMPTY_MS;
    return holder === process.pid ? !held.has(path) : !isAlive(holder);
  } catch {
    return false; // given back this moment
  }
}

/** One at a time: else a second one would remove the lock that the first has just taken. */
function removeStale(path) {
  const guard = `${path}.takeover`;
  if (!isStale(path) || !tryTake(guard)) return false;
  try {
    if (isStale(path)) rmSync(path, { force: true });
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

/** Runs `work` while no other process holds the lock file; a lock whose holder is dead does not count. */
export async function withLock(path, { report = () => {}, what }, work) {
  mkdirSync(dirname(path), { recursive: true });
  const startedAt = Date.now();
  let saidAt = startedAt;
  while (!tryTake(path)) {
    if (!removeStale(path)) await sleep(200);
    if (Date.now() - startedAt > LIMIT_MS) throw new Error(`${what}, for too long: delete ${path} if that is not so`);
    if (Date.now() - saidAt < SAY_EVERY_MS) continue;
    saidAt = Date.now();
    report(`waiting: ${what} (${path}) ... ${Math.round((saidAt - startedAt) / 1000)} s`);
  }
  held.add(path);
  try {
    return await work();
  } finally {
    held.delete(path);
    rmSync(path, { force: true });
  }
}
