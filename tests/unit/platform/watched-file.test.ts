import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type WatchedFile, watchFile } from '../../../platform/watched-file.js';

const SECOND_MS = 1_000;
let folder: string;
let path: string;
let file: WatchedFile<string>;
/** What a read throws now. */
let broken: string | undefined;
let failed: string[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  folder = mkdtempSync(join(tmpdir(), 'watched-'));
  path = join(folder, 'file');
  writeFileSync(path, 'one');
  failed = [];
  broken = undefined;
  const read = (from: string) => {
    if (broken) throw new Error(broken);
    return readFileSync(from, 'utf8');
  };
  file = watchFile(path, read, {
    read: () => undefined,
    failed: (error) => void failed.push((error as Error).message),
  });
});
afterEach(() => {
  file.close();
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

it('is read until that succeeds, also when it changes no more, and each failure is told once', () => {
  writeFileSync(path, 'three');
  broken = 'EMFILE';
  vi.advanceTimersByTime(3 * SECOND_MS);
  broken = 'EACCES';
  vi.advanceTimersByTime(3 * SECOND_MS);
  expect(failed).toEqual(['EMFILE', 'EACCES']);
  expect(file.value).toBe('one');
  broken = undefined;
  vi.advanceTimersByTime(SECOND_MS);
  expect(file.value).toBe('three');
});

it('that cannot even be looked at ends nothing', () => {
  rmSync(path);
  symlinkSync(path, path);
  vi.advanceTimersByTime(3 * SECOND_MS);
  expect(failed).toEqual([expect.stringContaining('ELOOP')]);
  rmSync(path);
  writeFileSync(path, 'later');
  vi.advanceTimersByTime(SECOND_MS);
  expect(file.value).toBe('later');
});
