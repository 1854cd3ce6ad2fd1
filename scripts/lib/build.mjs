import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { withLock } from './lock.mjs';
import { dist, inRoot, root } from './paths.mjs';
import { runVisibly } from './run-visibly.mjs';

/** All that the build reads. Tests, other docs and these scripts are not built. */
export const SOURCES = [
  ...['contract', 'calls', 'workflows', 'activities', 'workers', 'agent', 'callflow', 'client', 'gateway', 'platform'],
  ...['bench', 'scripts', 'sdk/typescript', 'docs/ended-reasons.md'],
  ...['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'vite.config.ts', 'rolldown.config.ts'],
];
const STAMP = dist('.built-from');

function* filesUnder(path) {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) return yield path;
  const names = readdirSync(path).filter(
    (name) => !['node_modules', 'results'].includes(name) && !name.startsWith('.'),
  );
  for (const name of names.sort()) yield* filesUnder(join(path, name));
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of filesUnder(inRoot(source))) {
      if (file.endsWith('.mjs')) continue;
      hash
        .update(`${relative(root, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

const isBuilt = (print) => existsSync(STAMP) && readFileSync(STAMP, 'utf8') === print;

/** Builds dist/ when a source changed since the last build that succeeded. `npm run build` removes the stamp first. */
export async function ensureBuild(report) {
  if (isBuilt(fingerprint())) return;
  await withLock(inRoot('.data/build.lock'), { report, what: 'another run builds' }, async () => {
    const print = fingerprint();
    if (isBuilt(print)) return;
    report('building (npm run build)');
    await runVisibly('npm', ['run', '--silent', 'build'], { report, what: 'building' });
    writeFileSync(STAMP, print);
  });
}
