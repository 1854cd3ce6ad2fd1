import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { dist, inRoot } from './lib/paths.mjs';
import { startStack } from './lib/stack.mjs';
import { setup } from './setup.mjs';

/**
 * `npm run fuzz`: Schemathesis sends what the OpenAPI document allows, and what it does not, to a gateway with real
 * servers behind it. Any 5xx, and any answer that the document does not describe, fails it. Arguments go to Schemathesis.
 */
const VERSION = '4.32.5';
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
];
/** Nothing that waits: a stream of events ends with its call. */
const EXCLUDED = ['--exclude-path', '/v1/calls/{callId}/events'];

const cache = process.env.XDG_CACHE_HOME?.trim() || join(homedir(), '.cache');
const folder = join(cache, 'durable-calls', `schemathesis-${VERSION}`);
const schemathesis = join(folder, 'bin', 'schemathesis');

/** Where Schemathesis keeps what it found. */
const data = inRoot('.data/fuzz');

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: data, stdio: 'inherit' });
  if (error) throw error;
  return status ?? 1;
}

function install() {
  if (existsSync(schemathesis)) return;
  const made =
    run('python3', ['-m', 'venv', folder]) === 0 &&
    run(join(folder, 'bin', 'pip'), ['install', '--quiet', `schemathesis==${VERSION}`]) === 0;
  if (!made) throw new Error('Schemathesis cannot be installed: it needs python3 with venv, and a package index.');
}

/** With everything on that opens a way into an endpoint. */
const ENV = {
  PHONE_ALLOW: '+,sip:',
  TRANSCRIPTS_DIR: `${data}/transcripts`,
  ENCRYPTION_KEYS: `fuzz:${randomBytes(32).toString('base64')}`,
};

/** A call that waits half a minute for an agent, so that what an agent says of it gets further than its token. */
async function letAgentsIn({ env, urls }) {
  const body = { agent: { name: 'nobody' }, policy: { acceptMs: 30_000, readyMs: 30_000 } };
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${urls.gateway}/v1/calls`, { method: 'POST', headers, body: JSON.stringify(body) });
  const { callId } = await answer.json();
  const { mintAgentToken } = await import(dist('platform/agent-token.js'));
  const { loadEnv } = await import(dist('platform/env.js'));
  const token = await mintAgentToken(loadEnv(env), { callId, attempt: 1 }, 3_600);
  const operations = ['[[operations]]', 'include-path-regex = "^/v1/agent/"'];
  const config = [...operations, `headers = { Authorization = "Bearer ${token}" }`, ''];
  writeFileSync(`${data}/schemathesis.toml`, config.join('\n'));
}

mkdirSync(data, { recursive: true });
install();
await setup();
const stack = await startStack({ agents: 0, env: ENV });
let status;
try {
  await letAgentsIn(stack);
  const url = `${stack.urls.gateway}/openapi.json`;
  const given = process.argv.slice(2);
  const size = given.length > 0 ? given : ['--max-examples', '60', '--seed', '1'];
  const options = ['--checks', CHECKS.join(','), '--request-timeout', '60', '--no-color', ...EXCLUDED, ...size];
  status = run(schemathesis, ['run', url, ...options]);
} finally {
  await stack.stop();
}
process.exit(status);
