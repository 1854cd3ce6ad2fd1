import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { script, scriptUrl } from '../../support/script.js';

const { launch } = await script('processes.mjs');
const { createComponent } = await script('component.mjs');
const { startReaper } = await script('reaper.mjs');
const { waitUntil } = await script('wait.mjs');

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** A program with a child of its own that both ignore SIGTERM. It prints both process ids. */
const STUBBORN = `
  process.on('SIGTERM', () => {});
  const child = require('child_process').spawn(process.execPath, ['-e', \`
    process.on('SIGTERM', () => {}); console.log('ready'); setInterval(() => {}, 1000)\`], { stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.once('data', () => console.log(JSON.stringify([process.pid, child.pid])));
  setInterval(() => {}, 1000);`;
const node = (code: string) => ({ command: process.execPath, args: ['-e', code] });

const leftovers: { stop(options: object): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(leftovers.splice(0).map((each) => each.stop({ graceMs: 0 })));
});

async function launchStubborn() {
  const stubborn = launch({ name: 'stubborn', ...node(STUBBORN) });
  leftovers.push(stubborn);
  const line = await waitUntil(() => stubborn.lastLines()[0], { what: 'process ids' });
  return { stubborn, pids: JSON.parse(line) as [number, number] };
}

describe('launch', () => {
  it('ends a program that does not listen, and its children', async () => {
    const { stubborn, pids } = await launchStubborn();
    expect(stubborn.processes().map(({ pid }: { pid: number }) => pid)).toEqual(pids);
    await stubborn.stop({ graceMs: 200 });
    expect(stubborn.processes()).toEqual([]);
  });

  it('ends a program that is frozen', async () => {
    const { stubborn } = await launchStubborn();
    stubborn.signalGroup('SIGSTOP');
    await stubborn.stop({ graceMs: 200 });
    expect(stubborn.processes()).toEqual([]);
  });

  it('says so when the program does not exist', async () => {
    const missing = launch({ name: 'missing', command: '/no/such/program' });
    expect((await missing.exited).error.message).toMatch(/ENOENT/);
  });
});

describe('the reaper', () => {
  it('ends what was started when the starter is killed', async () => {
    const starter = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { launch } from '${scriptUrl('processes.mjs')}';
         import { startReaper } from '${scriptUrl('reaper.mjs')}';
         launch({ name: 'kept', command: process.execPath, args: ['-e', 'console.log(process.pid); setInterval(() => {}, 1000)'],
           reaper: startReaper(), onLine: (line) => console.log(line) });`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [pid] = (await once(starter.stdout, 'data')).map(Number) as [number];
    expect(isAlive(pid)).toBe(true);
    starter.kill('SIGKILL');
    await waitUntil(() => !isAlive(pid), { what: 'the end of the orphan' });
  });

  it('goes when it is closed', async () => {
    const reaper = startReaper();
    reaper.close();
    await waitUntil(() => !isAlive(reaper.pid), { what: 'the end of the reaper' });
  });
});

describe('a component', () => {
  const component = (code: string, hooks = {}, spec = {}) => {
    const made = createComponent({ name: 'part', ...node(code), ready: () => true, ...spec }, hooks);
    leftovers.push(made);
    return made;
  };

  it('shows the last words of a part that ends before it is ready', async () => {
    const part = component('console.error("no such database"); process.exit(3)', {}, { ready: () => false });
    await expect(part.start()).rejects.toThrow(/part ended with exit code 3 .*\nno such database/);
  });

  it('is started again when it is killed, under supervision', async () => {
    const reports: string[] = [];
    const part = component('setInterval(() => {}, 1000)', { supervise: true, report: (line: string) => reports.push(line) });
    await part.start();
    const { pid } = part;
    await part.kill();
    await waitUntil(() => part.running && part.pid !== pid, { what: 'the new process' });
    await waitUntil(() => reports.length === 2, { what: 'both reports' });
    expect(reports).toEqual(['part ended by SIGKILL: starting it again in 0.5 s', 'part is back']);
  }); // prettier-ignore

  it('stays down when it was stopped', async () => {
    const part = component('setInterval(() => {}, 1000)', { supervise: true });
    await part.start();
    await part.stop();
    expect(part.running).toBe(false);
  });

  it('gets a new process from restart', async () => {
    const part = component('setInterval(() => {}, 1000)');
    await part.start();
    const { pid } = part;
    await part.restart();
    expect(part.pid).not.toBe(pid);
    expect(isAlive(pid)).toBe(false);
  });
});
