import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const SAY_EVERY_MS = 5_000;
const LIMIT_MS = 45 * 60_000;

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
    return holder > 0 && !isAlive(holder);
  } catch {
    return false; // given back this moment
  }
}

/** Runs `work` while no other process holds the lock file; a lock whose holder is dead does not count. */
export async function withLock(path, { report = () => {}, what }, work) {
  mkdirSync(dirname(path), { recursive: true });
  const startedAt = Date.now();
  let saidAt = startedAt;
  while (!tryTake(path)) {
    if (isStale(path)) rmSync(path, { force: true });
    else await sleep(200);
    if (Date.now() - startedAt > LIMIT_MS) throw new Error(`${what}, for too long: delete ${path} if that is not so`);
    if (Date.now() - saidAt < SAY_EVERY_MS) continue;
    saidAt = Date.now();
    report(`waiting: ${what} ... ${Math.round((saidAt - startedAt) / 1000)} s`);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}
