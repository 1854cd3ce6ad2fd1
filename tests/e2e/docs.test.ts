import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS, ROOT } from '../support/docs.js';
import { startStack, type Stack } from '../support/stack.js';

/** What is not run here, and why. Everything else in a shell block of the docs is. */
const ELSEWHERE: [RegExp, string][] = [
  [/^npm (start|test)|^npx vitest/, 'is what runs this'],
  [/^npm run bench|^npm run faults -- --(quick|rows|without)/, 'minutes to an hour, and tests of its own'],
  [/npm run phone -- setup|"to": \{"phone"/, 'needs LiveKit SIP: tests/phone'],
  [/^docker |^export LIVEKIT_API_SECRET/, 'no container engine here: compose.test.ts, dockerfile.test.ts'],
  [/agent my-agent|"agent": |AGENT_NAME=my-agent|python -m venv|python3 -m venv/, 'an agent of your own: tests/byo'],
  [/flows\/remote/, 'a backend of your own: tests/e2e/remote.test.ts'],
  [/10\.0\.0\.7/, 'hosts that are made up'],
  [/-- revoke /, 'a key that is made up'],
  [/-- simulate /, 'asks a person: tests/unit/callflow'],
  [/--codec-endpoint/, 'needs encryption and keys: encryption.test.ts'],
];
const elsewhere = (command: string) => ELSEWHERE.find(([pattern]) => pattern.test(command));
const HERE = COMMANDS.filter(({ command }) => !elsewhere(command));

describe('the commands of the docs', () => {
  let stack: Stack;
  let folder: string;
  const run = promisify(execFile);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'durable-calls-docs-'));
    // Ten calls at once on a busy machine: they are greeted, but not within seconds.
    const patience = { CALL_ACCEPT_MS: '30000', LIVEKIT_AGENT_WAIT_TIMEOUT: '90000', CALL_RENEW_MS: '30000' };
    stack = await startStack({ env: patience });
  });
  afterAll(async () => {
    await stack?.stop();
    rmSync(folder, { recursive: true });
  });

  /** As in the docs, but at the ports and in the folders of this test. */
  const here = (command: string) =>
    command
      .replace('127.0.0.1:8080', new URL(stack.urls.gateway).host)
      .replace('127.0.0.1:8082', new URL(stack.agents[0]!.healthUrl).host)
      .replace('.data/keys', folder);

  async function sh(command: string): Promise<string> {
    const env = {
      ...stack.env,
      AGENT_HEALTH_PORT: new URL(stack.agents[0]!.healthUrl).port,
      GATEWAY_KEYS_FILE: join(folder, 'keys.json'),
    };
    const child = run('bash', ['-euo', 'pipefail', '-c', command], { cwd: ROOT, env, timeout: 300_000 });
    // A program that asks gets no answer.
    child.child.stdin?.end();
    const { stdout, stderr } = await child.catch((error: Error & { stdout: string; stderr: string }) => {
      throw new Error(`${error.message}\n${error.stdout}${error.stderr}`);
    });
    return stdout + stderr;
  }

  it.each(HERE)('$file: $command', { timeout: 320_000 }, async ({ command }) => {
    // curl ends well with any answer.
    expect(await sh(here(command))).not.toContain('urn:durable-calls:problem');
  });

  it('nothing is left out that is not there any more', () => {
    const stale = ELSEWHERE.filter(([pattern]) => !COMMANDS.some(({ command }) => pattern.test(command)));
    expect(stale).toEqual([]);
  });

  const flags = [...new Set(COMMANDS.map(({ command }) => command))].filter(
    (command) => elsewhere(command) && /npm run \w+ -- /.test(command),
  );
  it.each(flags)('%s: its program has these options', { timeout: 120_000 }, async (command) => {
    const [, program, rest] = /npm run (\w+) -- (.*)$/.exec(command)!;
    const subcommand = /^[a-z]+/.exec(rest!)?.[0] ?? '';
    const help = await sh(`npm run ${program} -- ${subcommand} --help`);
    for (const [flag] of rest!.matchAll(/--[a-z-]+/g)) expect(help).toMatch(new RegExp(`${flag}\\b`));
  });
});
