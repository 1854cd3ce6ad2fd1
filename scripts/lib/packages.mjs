import { readFileSync } from 'node:fs';
import { runVisibly } from './run-visibly.mjs';
import { inRoot } from './paths.mjs';
import { withLock } from './lock.mjs';

const packagesOf = (path) => {
  try {
    return JSON.parse(readFileSync(inRoot(path), 'utf8')).packages;
  } catch {
    return undefined;
  }
};

/**
 * True when node_modules holds what the lock file names. npm writes down what it installed, when it has finished;
 * packages for other platforms are not among it.
 */
export function arePackagesInstalled() {
  const wanted = packagesOf('package-lock.json');
  const installed = packagesOf('node_modules/.package-lock.json');
  if (!wanted)
    throw new Error('package-lock.json is missing or damaged: restore it with git checkout package-lock.json');
  if (!installed) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === version : optional === true;
  });
}

export async function ensurePackages(report) {
  if (arePackagesInstalled()) return;
  await withLock(inRoot('.data/npm.lock'), { report, what: 'another run installs npm packages' }, async () => {
    if (arePackagesInstalled()) return;
    report('installing npm packages (npm ci)');
    await runVisibly('npm', ['ci', '--no-audit', '--no-fund'], { report, what: 'installing npm packages' });
  });
}
