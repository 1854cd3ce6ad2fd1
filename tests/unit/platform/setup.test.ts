import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { script, scriptUrl } from '../../support/script.js';

const { withLock } = await script('lock.mjs');
const { freePorts, portProblems } = await script('ports.mjs');
const { checkNode } = await script('node-version.mjs');
const { addReports } = await script('test-report.mjs');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'setup-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** `ensureBinary('temporal')` in a process with a cache and a PATH of its own. */
async function ensureTemporal(env: Record<string, string>) {
  const code = `import { ensureBinary } from '${scriptUrl('binaries.mjs')}';
    await ensureBinary('temporal', console.log).then((path) => console.log('got', path), (error) => console.log(error.message));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { HOME: folder, XDG_CACHE_HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return text(child.stdout);
}

/** Stands in for Go, which would take minutes: writes down each build, and makes a program. */
function installGo(ending = 'exit 0') {
  const go = join(folder, 'go');
  writeFileSync(
    go,
    `#!/bin/sh
     echo build >> "${folder}/builds"
     /bin/sleep 0.3
     printf '#!/bin/sh\\nexit 0\\n' > "$GOBIN/temporal"
     /bin/chmod +x "$GOBIN/temporal"
     ${ending}`,
  );
  chmodSync(go, 0o755);
}
const cached = () => join(folder, 'durable-calls', 'bin', 'temporal');

describe('a server binary', () => {
  it('is built once, also when two runs want it at the same time', async () => {
    installGo();
    const answers = await Promise.all([ensureTemporal({ PATH: folder }), ensureTemporal({ PATH: folder })]);
    for (const answer of answers) expect(answer).toContain(`got ${cached()}`);
    expect(readFileSync(join(folder, 'builds'), 'utf8')).toBe('build\n');
    expect(readdirSync(join(folder, 'durable-calls', 'bin'))).toEqual(['temporal']);
  });

  it('leaves nothing behind when the build fails, and says what Go said', async () => {
    installGo('echo "no space left" >&2; exit 1');
    expect(await ensureTemporal({ PATH: folder })).toMatch(/go install .* ended with 1:\nno space left/);
    expect(readdirSync(join(folder, 'durable-calls', 'bin'))).toEqual([]);
  });

  it('that is nowhere, without Go: what to install, and which variable to set', async () => {
    const answer = await ensureTemporal({ PATH: '' });
    expect(answer).toMatch(/temporal 1\.5\.1 is missing, and so is Go/);
    expect(answer).toMatch(/TEMPORAL_CLI_PATH/);
  });

  it('is not searched for when its variable names it', async () => {
    installGo();
    expect(await ensureTemporal({ PATH: folder, TEMPORAL_CLI_PATH: join(folder, 'go') })).toBe(
      `got ${join(folder, 'go')}\n`,
    );
    expect(await ensureTemporal({ PATH: folder, TEMPORAL_CLI_PATH: '/no/where' })).toMatch(
      /TEMPORAL_CLI_PATH is \/no\/where, which is not a program/,
    );
  });
});

it('a server binary of another version has another name in the cache', async () => {
  const { BINARIES, cachedName } = await script('binaries.mjs');
  for (const name of Object.keys(BINARIES)) expect(cachedName(name, '99.0.0')).toBe(`${name}-99.0.0`);
});

it('the Python of the tests is made anew after Python was upgraded, or is gone', async () => {
  // Stands in for Python: makes an environment, and installs into it what it is asked for.
  const python = (version: string) =>
    writeFileSync(
      join(folder, 'python3'),
      `#!/bin/sh
       case "$*" in
         --version) echo "Python ${version}.1" ;;
         "-m venv "*) /bin/mkdir -p "$3/bin" && /bin/ln -s "${folder}/python3" "$3/bin/python" ;;
         "-m pip "*) /bin/mkdir -p "$(/usr/bin/dirname "$(/usr/bin/dirname "$0")")/lib/python${version}/site-packages/livekit" ;;
       esac`,
      { mode: 0o755 },
    );
  const code = `import { ensureAgentPython, findAgentPython } from '${scriptUrl('python.mjs')}';
    const before = findAgentPython();
    await ensureAgentPython(console.log);
    console.log(before !== undefined, findAgentPython() !== undefined);`;
  const ensure = () => {
    const env = { HOME: folder, XDG_CACHE_HOME: folder, PATH: folder };
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return text(child.stdout);
  };
  python('3.11');
  expect(await ensure()).toBe('false true\n');
  expect(await ensure()).toBe('true true\n');
  python('3.12');
  expect(await ensure()).toBe('false true\n');
  const [digest] = readdirSync(join(folder, 'durable-calls', 'python'));
  const environment = join(folder, 'durable-calls', 'python', digest!);
  rmSync(join(environment, 'bin', 'python'));
  symlinkSync('/no/where', join(environment, 'bin', 'python'));
  expect(await ensure()).toBe('false true\n');
});

describe('withLock', () => {
  it('lets one in at a time', async () => {
    const path = join(folder, 'lock');
    const order: string[] = [];
    const enter = (name: string) =>
      withLock(path, { what: 'busy' }, async () => {
        order.push(`${name} in`);
        await new Promise((resolve) => setTimeout(resolve, 50));
        order.push(`${name} out`);
      });
    await Promise.all([enter('a'), enter('b')]);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out']);
  });

  it('takes over from a holder that is dead', async () => {
    const path = join(folder, 'lock');
    writeFileSync(path, '999999999');
    expect(await withLock(path, { what: 'busy' }, () => 'in')).toBe('in');
  });

  it('takes over from an earlier process with the same id, and from one that died before it wrote its own', async () => {
    const path = join(folder, 'lock');
    writeFileSync(path, String(process.pid));
    expect(await withLock(path, { what: 'busy' }, () => 'in')).toBe('in');
    writeFileSync(path, '');
    utimesSync(path, new Date(0), new Date(0));
    expect(await withLock(path, { what: 'busy' }, () => 'in')).toBe('in');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is given back when the work fails', async () => {
    const path = join(folder, 'lock');
    await expect(withLock(path, { what: 'busy' }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('ports', () => {
  it('in use are named with their variable, LiveKit media among them', async () => {
    const [first, second] = await freePorts(4);
    const server = createServer().listen(second + 1, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      expect(await portProblems({ GATEWAY_PORT: first, LIVEKIT_PORT: second })).toEqual([
        `Port ${second + 1} is in use. Stop what uses it, or choose another with LIVEKIT_PORT.`,
      ]);
    } finally {
      server.close();
    }
  });

  it('are given once, also while nobody listens on them yet', async () => {
    const blocks: number[][] = [];
    for (const count of [8, 2, 82, 2, 8, 82, 2, 2]) blocks.push(await freePorts(count));
    const given = blocks.flat();
    expect(new Set(given).size).toBe(given.length);
    for (const [first, ...others] of blocks) expect(others).toEqual(others.map((_, index) => first! + index + 1));
  });

  it('wanted twice are named too', async () => {
    const [port] = await freePorts(1);
    expect(await portProblems({ AGENT_PORT: port, AGENT_HEALTH_PORT: port })).toEqual([
      `Port ${port} is wanted twice: change AGENT_PORT or AGENT_HEALTH_PORT.`,
    ]);
  });
});

it('Node is checked in words', () => {
  expect(() => checkNode('18.20.0')).toThrow(/Node 18\.20\.0 is too old: install Node 20\.19 or later/);
  expect(() => checkNode('20.18.9')).toThrow();
  expect(checkNode('20.19.0')).toBeUndefined();
  expect(checkNode('24.1.0')).toBeUndefined();
});

describe('the sum of the test reports', () => {
  const report = (passed: number, failed: number, files: object[] = []) => ({
    numPassedTests: passed,
    numFailedTests: failed,
    success: failed === 0 && files.length === 0,
    testResults: files,
  });

  it('adds them', () => {
    const runs = [
      { name: 'unit', ok: true, report: report(3, 0) },
      { name: 'e2e', ok: false, report: report(1, 2) },
    ];
    expect(addReports(runs)).toEqual({ passed: 4, failed: 2, problems: ['e2e'] });
  });

  it('counts a file that could not be loaded', () => {
    const broken = report(3, 0, [{ status: 'failed', assertionResults: [] }]);
    expect(addReports([{ name: 'unit', ok: false, report: broken }])).toEqual({
      passed: 3,
      failed: 1,
      problems: ['unit'],
    });
  });

  it('does not take a project of which nothing ran for success, unless that may be', () => {
    const some = { name: 'unit', ok: true, report: report(3, 0) };
    const none = { name: 'phone', ok: true, report: report(0, 0) };
    expect(addReports([some, none]).problems).toEqual(['phone ran no test']);
    expect(addReports([some, { ...none, mayBeEmpty: true }]).problems).toEqual([]);
  });

  it('does not take silence for success', () => {
    expect(addReports([{ name: 'e2e', ok: true, report: undefined }]).problems).toEqual([
      'e2e left no report',
      'no test ran',
    ]);
    expect(addReports([{ name: 'unit', ok: true, report: report(0, 0), mayBeEmpty: true }]).problems).toEqual([
      'no test ran',
    ]);
  });
});
