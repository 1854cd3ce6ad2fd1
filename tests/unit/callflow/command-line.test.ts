import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { flowProgram } from '../../../scripts/flow/program.js';

const example = (name: string) => fileURLToPath(new URL(`../../../flows/${name}.json`, import.meta.url));
let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'flow-'))));
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
});

/** What `npm run flow -- …` prints, and its exit code. */
async function flow(...args: string[]): Promise<{ out: string; err: string; code: number }> {
  const printed = { out: '', err: '' };
  vi.spyOn(console, 'log').mockImplementation((line: string) => void (printed.out += `${line}\n`));
  vi.spyOn(console, 'error').mockImplementation((line: string) => void (printed.err += `${line}\n`));
  const before = process.exitCode;
  process.exitCode = 0;
  await flowProgram().parseAsync(args, { from: 'user' });
  const code = Number(process.exitCode);
  process.exitCode = before;
  return { ...printed, code };
}

function file(content: string): string {
  const path = join(folder, 'flow.json');
  writeFileSync(path, content);
  return path;
}

it('validates, for people and for programs', async () => {
  expect(await flow('validate', example('greeting'))).toMatchObject({
    out: expect.stringContaining('is valid'),
    code: 0,
  });
  expect((await flow('validate', example('remote/clinic'))).out).toContain('a remote flow');
  const wrong = file(
    '{"schema": "callflow/v1", "id": "x", "start": "a", "nodes": {"a": {"type": "say", "next": "b"}}}',
  );
  const { err, code } = await flow('validate', wrong);
  expect(code).toBe(1);
  expect(err).toContain('  /nodes/a/text: is missing');
  const told = await flow('validate', wrong, '--json');
  expect(told.code).toBe(1);
  expect(JSON.parse(told.out)).toMatchObject({
    ok: false,
    errors: [{ pointer: '/nodes/a/text', message: 'is missing' }],
  });
});

it('says what to do about a file that is none', async () => {
  expect(await flow('validate', join(folder, 'gone.json'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('ENOENT'),
  });
  expect(await flow('graph', file('{'))).toMatchObject({ code: 1, err: expect.stringContaining('not JSON') });
  expect(await flow('graph', file('null'))).toMatchObject({ code: 1 });
});

it('simulates: ok only when the flow came to its end', async () => {
  const appointment = example('appointment');
  const done = await flow('simulate', appointment, '--var', 'name=Ann', '--input', 'no', '--json');
  expect(done.code).toBe(0);
  expect(JSON.parse(done.out)).toMatchObject({
    ok: true,
    variables: { name: 'Ann', confirmed: false },
    end: { outcome: 'done' },
  });
  const cut = await flow('simulate', appointment, '--input', 'yes');
  expect(cut).toMatchObject({ code: 1, out: expect.stringContaining('ran out at "book"') });
  expect(await flow('simulate', appointment, '--var', 'age=3')).toMatchObject({
    code: 1,
    err: expect.stringContaining('/age'),
  });
});

it('draws, and prints the schema', async () => {
  expect((await flow('graph', example('survey'))).out).toContain('flowchart TD');
  expect(JSON.parse((await flow('schema')).out)).toMatchObject({ title: 'callflow/v1' });
});
