import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dist, inRoot } from './lib/paths.mjs';
import { setup } from './setup.mjs';

/** `node scripts/run.mjs scripts/call/main.js …`: builds what changed, runs dist/<that>, exits with its code. */
const [path, ...args] = process.argv.slice(2);
try {
  if (!path) throw new Error('usage: node scripts/run.mjs <program in dist/> [arguments]');
  if (existsSync(inRoot('.env'))) process.loadEnvFile(inRoot('.env'));
  // Standard output belongs to the program: it may be read by another one.
  await setup({ servers: false, report: (line) => console.error(line) });
  if (!existsSync(dist(path))) throw new Error(`${dist(path)} does not exist`);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const child = spawn(process.execPath, [dist(path), ...args], { stdio: 'inherit' });
// Ctrl-C reaches the program by itself; it decides when to end, and we follow.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
child.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
