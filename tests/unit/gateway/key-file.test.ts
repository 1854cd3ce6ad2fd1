import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import winston from 'winston';
import { watchKeys } from '../../../gateway/auth/keys.js';
import { keysProgram } from '../../../scripts/keys/program.js';

const logger = winston.createLogger({ silent: true });
let directory: string;
let file: string;
let printed: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keys-'));
  file = join(directory, 'deeper', 'keys.json');
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(String(line)));
  vi.spyOn(console, 'error').mockImplementation((line) => void printed.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(directory, { recursive: true });
});

/** Runs `npm run keys -- …`; its JSON object. */
const run = async (...args: string[]) => {
  await keysProgram({ GATEWAY_KEYS_FILE: file }).parseAsync([...args, '--json'], { from: 'user' });
  return JSON.parse(printed.at(-1)!);
};
const create = (org: string, scope: string) => run('create', '--org', org, '--scope', scope);

describe('npm run keys', () => {
  it('makes keys that hold, keeps only their hashes, and nobody else may read the file', async () => {
    const first = await create('acme', 'call,read,admin');
    const second = await run('create', '--org', 'beta', '--scope', 'read', '--note', 'dashboard');
    expect(first).toMatchObject({ ok: true, file, org: 'acme', scopes: ['call', 'read', 'admin'] });
    const text = readFileSync(file, 'utf8');
    for (const { token } of [first, second]) expect(text).not.toContain(token.split('_').slice(2).join('_')); // the secret may hold a "_"
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const keys = watchKeys(file, logger);
    expect(keys.find(first.token)).toMatchObject({ org: 'acme', scopes: ['call', 'read', 'admin'] });
    expect(keys.find(second.token)).toMatchObject({ org: 'beta', note: 'dashboard' });
    expect(keys.find(first.token.replace(/.$/, (last: string) => (last === 'A' ? 'B' : 'A')))).toBeUndefined();
    keys.close();
    const listed = await run('list');
    expect(listed.keys.map(({ id }: { id: string }) => id)).toEqual([first.id, second.id]);
    expect(JSON.stringify(listed)).not.toContain('hash');
  });

  it('revokes: a running gateway does not take the key any more, and takes new ones', async () => {
    const first = await create('acme', 'read');
    const keys = watchKeys(file, logger);
    await run('revoke', first.id);
    const second = await create('acme', 'read');
    await vi.waitFor(() => expect(keys.find(first.token)).toBeUndefined(), 20_000);
    await vi.waitFor(() => expect(keys.find(second.token)).toBeDefined(), 20_000);
    writeFileSync(file, '{"keys": [');
    await new Promise((resolve) => setTimeout(resolve, 1_500)); // the file is looked at every second
    expect(keys.find(second.token)).toBeDefined();
    keys.close();
  });

  it('says what does not fit', async () => {
    expect(await run('list')).toMatchObject({ ok: false, error: expect.stringContaining(file) });
    await create('acme', 'read');
    expect(await run('revoke', 'nobody')).toMatchObject({ ok: false, error: expect.stringContaining('nobody') });
    writeFileSync(file, JSON.stringify({ keys: [{ id: 'x', org: 'acme', scopes: [], hash: '0', created: '' }] }));
    const { error } = await run('list');
    expect(error).toMatch(/\/keys\/0\/id: .*\n.*\/keys\/0\/scopes: .*\n.*\/keys\/0\/hash: /);
    expect(process.exitCode).toBe(1);
    expect(() => watchKeys(join(directory, 'none.json'), logger)).toThrow('GATEWAY_KEYS_FILE');
  });
});
