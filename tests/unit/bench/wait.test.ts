import { describe, expect, it } from 'vitest';
import { within } from '../../../bench/measure/wait.js';

const never = new Promise<never>(() => undefined);
const LIMIT_MS = 60_000;

describe('what a process of the benchmark does', () => {
  it('is waited for', async () => {
    expect(await within('work', LIMIT_MS, never, Promise.resolve(1))).toBe(1);
  });

  it('is not waited for when the process has ended', async () => {
    const ended = Promise.reject(new Error('worker ended'));
    await expect(within('work', LIMIT_MS, ended, never)).rejects.toThrow('worker ended');
  });

  it('is not waited for without end', async () => {
    await expect(within('the calls', 20, never, never)).rejects.toThrow('waited 0.02 s for the calls');
  });
});
