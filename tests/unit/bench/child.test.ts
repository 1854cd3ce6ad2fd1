import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RequestType0 } from 'vscode-jsonrpc/node';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { startChild } from '../../../bench/measure/child.js';

vi.mock('../../../bench/paths.js', () => ({
  compiled: (file: string) => fileURLToPath(new URL(file, import.meta.url)),
}));

const folder = mkdtempSync(join(tmpdir(), 'bench-child-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const start = () => startChild('ends-when-asked.mjs', {}, join(folder, 'log'));
const question = new RequestType0<number, void>('question');

describe('a process of the benchmark that ends', () => {
  it('fails what was asked of it, with the end of its log, and what is asked later', async () => {
    const child = start();
    const reason = /ends-when-asked.mjs ended \(exit code 3\); its log:\nno answer today$/;
    await expect(child.ask(question)).rejects.toThrow(reason);
    await expect(child.ask(question)).rejects.toThrow(reason);
    await expect(child.ended).rejects.toThrow(reason);
    await child.stop();
  });

  it('fails what was asked of it when it is killed', async () => {
    const child = start();
    const asked = expect(child.ended).rejects.toThrow(/SIGKILL/);
    await child.stop();
    await asked;
  });
});
