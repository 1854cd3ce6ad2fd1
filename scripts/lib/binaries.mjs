import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withLock } from './lock.mjs';
import { binCache, inRoot } from './paths.mjs';

/** The versions that the tests run against. Later ones do not install with `go install`. */
export const BINARIES = {
  temporal: {
    variable: 'TEMPORAL_CLI_PATH',
    version: '1.5.1',
    source: 'github.com/temporalio/cli/cmd/temporal@v1.5.1',
    built: 'temporal',
    usually: '3-6 minutes',
    help: 'https://docs.temporal.io/cli',
  },
  'livekit-server': {
    variable: 'LIVEKIT_SERVER_PATH',
    version: '1.13.5',
    source: 'github.com/livekit/livekit-server/cmd/server@v1.13.5',
    built: 'server', // go names a program after its folder
    usually: '2-4 minutes',
    help: 'https://docs.livekit.io/home/self-hosting/local/',
  },
};

/** These are cached by their bare names: older set-ups have built them so, which takes minutes. */
const UNVERSIONED = { temporal: '1.5.1', 'livekit-server': '1.13.5' };

/** Each version has a file of its own, so that an old one is not taken for a new one. */
export const cachedName = (name, version = BINARIES[name].version) =>
  version === UNVERSIONED[name] ? name : `${name}-${version}`;

const PROGRESS_MS = 5_000;
const INSTALL_LIMIT_MS = 30 * 60_000;

const isProgram = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The first program of that name on PATH. */
export const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isProgram);

/** Where the binary is: its variable, the cache (the version that is tested), PATH. */
export function findBinary(name) {
  const { variable } = BINARIES[name];
  const named = process.env[variable];
  if (named && !isProgram(named)) throw new Error(`${variable} is ${named}, which is not a program that can be run`);
  const cached = join(binCache, cachedName(name));
  return named || (isProgram(cached) ? cached : onPath(name));
}

/**
 * LiveKit SIP cannot be installed with `go install`: LIVEKIT_SIP_PATH, PATH, or, for our own tests, a build beside the
 * checkout. Undefined: there is none.
 */
export function findLiveKitSip() {
  const named = process.env.LIVEKIT_SIP_PATH?.trim();
  if (named && !isProgram(named))
    throw new Error(`LIVEKIT_SIP_PATH is ${named}, which is not a program that can be run`);
  const beside = inRoot('../shared/livekit-sip/livekit-sip');
  return named || onPath('livekit-sip') || (isProgram(beside) ? beside : undefined);
}

export function requireBinary(name) {
  const path = findBinary(name);
  if (!path) throw new Error(`${name} is missing: run npm run setup, or set ${BINARIES[name].variable}`);
  return path;
}

/** Finds the binary, or builds it with Go into the cache. `report` gets a line every few seconds. */
export async function ensureBinary(name, report) {
  const found = findBinary(name);
  if (found) return found;
  mkdirSync(binCache, { recursive: true });
  await withLock(join(binCache, `${name}.lock`), { report, what: `another run installs ${name}` }, async () => {
    if (!findBinary(name)) await buildWithGo(name, report);
  });
  return requireBinary(name);
}

async function buildWithGo(name, report) {
  const { version, source, built, usually, variable, help } = BINARIES[name];
  const go = onPath('go');
  if (!go) {
    throw new Error(
      `${name} ${version} is missing, and so is Go, which would build it. Do one of these:\n` +
        `  - install Go 1.24 or later (https://go.dev/doc/install) and run this again\n` +
        `  - install ${name} (${help}) so that it is on PATH\n` +
        `  - set ${variable} to the program`,
    );
  }
  const folder = mkdtempSync(join(binCache, 'building-'));
  try {
    const startedAt = Date.now();
    const seconds = () => Math.round((Date.now() - startedAt) / 1000);
    const say = () => report(`building ${name} ${version} with Go, usually ${usually} ... ${seconds()} s`);
    say();
    const timer = setInterval(say, PROGRESS_MS);
    try {
      await run(go, ['install', source], { ...process.env, GOBIN: folder });
    } finally {
      clearInterval(timer);
    }
    const program = join(folder, built);
    const check = spawnSync(program, ['--version'], { encoding: 'utf8' });
    if (check.status !== 0) throw new Error(`the ${name} that Go built does not run: ${check.error ?? check.stderr}`);
    const cached = join(binCache, cachedName(name));
    renameSync(program, cached);
    report(`built ${name} ${version} in ${seconds()} s: ${cached}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'], timeout: INSTALL_LIMIT_MS });
    let errors = '';
    child.stderr.on('data', (chunk) => (errors = (errors + chunk).slice(-2_000)));
    child.once('error', reject);
    child.once('close', (code, signal) =>
      code === 0
        ? resolve()
        : reject(new Error(`${command} ${args.join(' ')} ended with ${code ?? signal}:\n${errors}`)),
    );
  });
}
