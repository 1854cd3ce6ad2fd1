import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { inRoot, root } from './lib/paths.mjs';
import { addReports } from './lib/test-report.mjs';
import { setup } from './setup.mjs';

/** In this order and never two at once: the later ones run whole systems, and want the machine for themselves. */
const PROJECTS = ['unit', 'workflow', 'e2e', 'phone', 'browser'];
const CHECKS = [
  { name: 'format', script: 'node_modules/prettier/bin/prettier.cjs', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'lint', script: 'node_modules/eslint/bin/eslint.js', args: ['.', '--max-warnings', '0'] },
  { name: 'types', script: 'node_modules/typescript/bin/tsc', args: ['-p', 'tsconfig.json'] },
];

let child;
let interrupted = false;
function stopOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => {
      interrupted = true;
      child?.kill(signal);
    });
}

/** Resolves with true when it ended well. Once interrupted nothing more begins. */
async function run(title, script, args) {
  if (interrupted) return false;
  console.log(`\n== ${title}`);
  child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  const [code] = await once(child, 'close');
  return code === 0;
}

async function runProject(name, extra) {
  const path = inRoot('.data/test-reports', `${name}.json`);
  rmSync(path, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${path}`];
  const args = ['run', '--project', name, '--passWithNoTests', ...reporters, ...extra];
  const ok = await run(`tests: ${name}`, 'node_modules/vitest/vitest.mjs', args);
  const mayBeEmpty = extra.length > 0 || (name === 'phone' && !process.env.CI);
  return { name, ok, mayBeEmpty, report: readReport(path) };
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Arguments go to vitest; `--project e2e` also chooses which projects run. */
function chooseProjects(extra) {
  const at = extra.indexOf('--project');
  if (at < 0) return { projects: PROJECTS, rest: extra };
  const name = extra[at + 1];
  if (!PROJECTS.includes(name)) throw new Error(`--project must be one of ${PROJECTS.join(', ')}, not ${name}`);
  return { projects: [name], rest: extra.toSpliced(at, 2) };
}

async function main(extra) {
  process.chdir(root);
  const { projects, rest } = chooseProjects(extra);
  await setup({ tests: true });
  stopOnSignals();
  mkdirSync(inRoot('.data/test-reports'), { recursive: true });
  const problems = [];
  for (const { name, script, args } of CHECKS) if (!(await run(name, script, args))) problems.push(name);
  const runs = [];
  for (const name of projects) runs.push(await runProject(name, rest));
  const total = addReports(runs);
  return { ...total, problems: [...problems, ...total.problems] };
}

const result = await main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  return { passed: 0, failed: 0, problems: ['setup'] };
});
if (interrupted) console.log('\nInterrupted: not all tests were run');
if (result.problems.length > 0) console.log(`\nNot well: ${result.problems.join(', ')} (see above)`);
console.log(`${result.passed} passed, ${result.failed} failed`);
process.exit(result.problems.length === 0 && result.failed === 0 ? 0 : 1);
