import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onPath } from './binaries.mjs';
import { withLock } from './lock.mjs';
import { cache, inRoot } from './paths.mjs';
import { runVisibly } from './run-visibly.mjs';

const REQUIREMENTS = inRoot('sdk/python/requirements.txt');

/** One environment for each list of requirements, shared by all clones on this machine. */
function home() {
  const digest = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  return join(cache, 'python', digest);
}

/** The Python that has livekit-agents, or undefined: once Python itself is upgraded, what is there is of no use. */
export function findAgentPython() {
  const python = join(home(), 'bin', 'python');
  const { stdout } = spawnSync(python, ['--version'], { encoding: 'utf8' });
  const [, version] = /^Python (\d+\.\d+)/.exec(stdout ?? '') ?? [];
  const packages = join(home(), 'lib', `python${version}`, 'site-packages', 'livekit');
  return existsSync(packages) ? python : undefined;
}

/** Installs livekit-agents for the tests of Python agents. Where that cannot be, one line says so; CI cannot do without. */
export async function ensureAgentPython(report) {
  if (findAgentPython()) return;
  try {
    const python = onPath('python3');
    if (!python) throw new Error('there is no python3 on PATH');
    mkdirSync(dirname(home()), { recursive: true });
    await withLock(`${home()}.lock`, { report, what: 'another run installs livekit-agents' }, async () => {
      if (!findAgentPython()) await install(python, report);
    });
  } catch (error) {
    if (process.env.CI) throw error;
    report(`tests of Python agents are left out: ${error.message.split('\n').find(Boolean)}`);
  }
}

/** Under another name until it is whole. Scripts of an environment that moved do not run, but its Python does. */
async function install(python, report) {
  const building = `${home()}.building`;
  rmSync(building, { recursive: true, force: true });
  await runVisibly(python, ['-m', 'venv', building], { report, what: 'python3 -m venv (Debian: python3-venv)' });
  const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', REQUIREMENTS];
  await runVisibly(join(building, 'bin', 'python'), pip, { report, what: 'installing livekit-agents (pip)' });
  rmSync(home(), { recursive: true, force: true });
  renameSync(building, home());
}
