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

/**
 * `npm install --no-save` takes the versions of the lock file and leaves it alone. `npm ci` would refuse a lock file
 * that was written where a registry lacks the optional packages of other platforms. With NODE_ENV=production npm leaves
 * out what the build needs, unless told otherwise.
 */
const INSTALL = ['install', '--no-save', '--no-audit', '--no-fund', '--include=dev', '--include=optional'];

export async function ensurePackages(report) {
  if (arePackagesInstalled()) return;
  await withLock(inRoot('.data/npm.lock'), { report, what: 'another run installs npm packages' }, async () => {
    if (arePackagesInstalled()) return;
    report('installing npm packages, usually 1-2 minutes the first time');
    await runVisibly('npm', INSTALL, { report, what: 'installing npm packages' });
    if (arePackagesInstalled()) return;
    throw new Error('npm did not install what package-lock.json names: delete node_modules and run this again');
  });
}
