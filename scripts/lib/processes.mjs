import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const KEPT_LINES = 40;

const send = (pid, signal) => {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // it is gone already
  }
};

/** Living processes of a group: `{pid, ppid, command}`. Linux only; empty elsewhere. */
function processesOfGroup(group) {
  const found = [];
  for (const pid of existsSync('/proc/self/stat') ? readdirSync('/proc').filter(Number) : []) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [state, ppid, pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(pgrp) !== group || state === 'Z') continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      found.push({ pid: Number(pid), ppid: Number(ppid), command });
    } catch {
      // it ended while we read
    }
  }
  return found;
}

/**
 * Runs a program in a process group of its own, so that Ctrl-C does not reach it and its children can be ended with
 * it. `onLine` gets each line of its output, `logFile` all of it.
 */
export function launch({ name, command, args = [], env = process.env, cwd, onLine, logFile, reaper }) {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const { pid } = child;
  if (pid) reaper?.add(pid);
  const lastLines = [];
  const file = logFile && openLog(logFile);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (lastLines.push(line) > KEPT_LINES) lastLines.shift();
      file?.write(`${line}\n`);
      onLine?.(line);
    });
  }
  let ended;
  const exited = new Promise((resolve) => {
    const end = (how) => resolve((ended ??= how));
    child.once('error', (error) => end({ code: null, signal: null, error }));
    child.once('exit', (code, signal) => end({ code, signal }));
  });
  child.once('close', () => file?.end());

  /** SIGTERM to the program, which ends its own children; SIGKILL to what is left of the group after `graceMs`. */
  const stop = async ({ graceMs = 5_000 } = {}) => {
    if (pid === undefined) return;
    send(-pid, 'SIGCONT'); // a stopped process would not hear the next one
    send(pid, 'SIGTERM');
    await Promise.race([exited, sleep(graceMs, undefined, { ref: false })]);
    send(-pid, 'SIGKILL');
    await exited;
    for (let round = 0; round < 40 && processesOfGroup(pid).length > 0; round++) await sleep(50);
    reaper?.remove(pid);
  };

  return {
    name,
    pid,
    exited,
    stop,
    get ended() {
      return ended;
    },
    /** To the program alone. */
    signal: (signal) => send(pid, signal),
    /** To the program and its children. */
    signalGroup: (signal) => send(-pid, signal),
    processes: () => processesOfGroup(pid),
    lastLines: () => [...lastLines],
  };
}

function openLog(path) {
  mkdirSync(dirname(path), { recursive: true });
  const file = createWriteStream(path, { flags: 'a' });
  file.on('error', () => {});
  return file;
}
