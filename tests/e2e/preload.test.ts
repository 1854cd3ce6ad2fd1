import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mayLoad, RELAY_PATH_VARIABLE } from '../../agent/relay/protocol.js';
import { listenForJobs, type RelayServer } from '../../agent/relay/server.js';

const preload = new URL('../../dist/agent/job/preload.js', import.meta.url).href;
const program = fileURLToPath(new URL('fixtures/said.mjs', import.meta.url));
/** Plenty for a small program that nobody holds. Milliseconds. */
const HELD_MS = 500;

let host: RelayServer;
let told: string[];
let child: ChildProcess | undefined;
const options = () => ({ execArgv: ['--import', preload], env: { ...process.env, [RELAY_PATH_VARIABLE]: host.path } });

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

describe('what runs before a job process loads', () => {
  it('asks the host, and lets nothing load before the answer', async () => {
    child = fork(program, options());
    child.once('message', () => told.push('loaded'));
    await expect.poll(() => told, { timeout: 20_000 }).toContain('loaded');
    expect(told).toEqual(['asks', 'may load', 'loaded']);
  });

  it('lets the threads of a job begin at once', async () => {
    const thread = new Worker(program, options());
    await once(thread, 'message');
    expect(told).toEqual([]);
    await thread.terminate();
  });
});
