import { describe, expect, it } from 'vitest';
import { Parts } from '../../../bench/measure/parts.js';

describe('what a benchmark has started', () => {
  it('ends once, the last one first, whatever one of them throws', async () => {
    const parts = new Parts();
    const ended: string[] = [];
    parts.add(() => ended.push('server'));
    parts.add(() => Promise.reject(new Error('will not end')));
    parts.add(() => ended.push('agent'));
    await parts.close();
    await parts.close();
    expect(ended).toEqual(['agent', 'server']);
  });

  it('has ended for everyone who waits, not only for who came first', async () => {
    const parts = new Parts();
    let ended = false;
    parts.add(() => new Promise<void>((resolve) => setImmediate(() => resolve(void (ended = true)))));
    void parts.close();
    await parts.close();
    expect(ended).toBe(true);
  });
});
