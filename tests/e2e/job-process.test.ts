import { type ChildProcess, fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mayLoad, RELAY_PATH_VARIABLE } from '../../agent/relay/protocol.js';
import { listenForJobs, type RelayServer } from '../../agent/relay/server.js';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const program = path('fixtures/said.mjs');
/** Plenty for a small program that nobody holds. Milliseconds. */
const HELD_MS = 500;

let host: RelayServer;
let told: string[];
let child: ChildProcess | undefined;

beforeEach(async () => {
  told = [];
  host = await listenForJobs((connection) => {
    connection.onRequest(mayLoad, async () => {
      told.push('asks');
      await sleep(HELD_MS);
      told.push('may load');
    });
    connection.listen();
  });
});
afterEach(() => {
  child?.kill('SIGKILL');
  host.close();
});

it.each(['bundle', 'job'])('a job process (%s) asks its host, and loads nothing before the answer', async (folder) => {
  const env = { ...process.env, [RELAY_PATH_VARIABLE]: host.path };
  child = fork(path(`../../dist/agent/${folder}/process.js`), ['its agent', program], { env });
  child.once('message', () => told.push('loaded'));
  await expect.poll(() => told, { timeout: 20_000 }).toContain('loaded');
  expect(told).toEqual(['asks', 'may load', 'loaded']);
});

it('what the bundle leaves out is found where the framework finds it: the same versions', () => {
  const folder = path('../../dist/agent/bundle/');
  const texts = readdirSync(folder).map((file) => readFileSync(folder + file, 'utf8'));
  const imports = texts.flatMap((text) => [...text.matchAll(/^import .*?["']((?!node:|\.)[^"']+)["'];$/gm)]);
  const left = new Set(imports.map(([, name]) => name!).filter((name) => !isBuiltin(name)));
  expect(left).toContain('@livekit/rtc-node');
  const from = (file: string) => (name: string) => createRequire(file).resolve(name);
  const framework = fileURLToPath(import.meta.resolve('@livekit/agents'));
  expect([...left].map(from(`${folder}main.js`))).toEqual([...left].map(from(framework)));
});
