import { pathToFileURL } from 'node:url';
import { BINARIES, ensureBinary } from './lib/binaries.mjs';
import { ensureBuild } from './lib/build.mjs';
import { ensureDebianPackages, ensureSpeech } from './lib/debian.mjs';
import { checkNode } from './lib/node-version.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { ensureAgentPython } from './lib/python.mjs';

/**
 * Everything that `npm start` and `npm test` need, and nothing twice: npm packages, server binaries, speech, the build;
 * with `tests` also a browser, promtool and livekit-agents for Python. Needs no npm package itself. Quick when there is nothing to do.
 */
export async function setup({ tests = false, servers = true, report = (line) => console.log(line) } = {}) {
  checkNode();
  await ensurePackages(report);
  if (servers) for (const name of Object.keys(BINARIES)) await ensureBinary(name, report);
  if (tests) {
    await ensureDebianPackages(report);
    await ensureAgentPython(report);
  } else if (servers) await ensureSpeech(report);
  await ensureBuild(report);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await setup({ tests: process.argv.includes('--tests') });
    console.log('ready: npm start runs it, npm test tests it');
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
