import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

const PROGRESS_MS = 10_000;
const KEPT_OUTPUT = 20_000;

/** Runs a command of the setup: a progress line now and then, its output only when it fails. */
export function runVisibly(command, args, { report, what, env = process.env }) {
  const startedAt = Date.now();
  const timer = setInterval(() => report(`${what} ... ${Math.round((Date.now() - startedAt) / 1000)} s`), PROGRESS_MS);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => (output = (output + chunk).slice(-KEPT_OUTPUT));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => reject(new Error(`${command} cannot be run: ${error.message}`)));
    child.once('close', (code, signal) =>
      code === 0
        ? resolve()
        : reject(new Error(`${output}\n${command} ${args.join(' ')} ended with ${code ?? signal} (see above)`)),
    );
  }).finally(() => clearInterval(timer));
}
