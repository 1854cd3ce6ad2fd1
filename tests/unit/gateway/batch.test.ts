import { describe, expect, it } from 'vitest';
import { Batch } from '../../../gateway/calls/batch.js';

describe('a batch', () => {
  it('goes alone when nothing is under way, and takes along all that came meanwhile', async () => {
    const sent: number[][] = [];
    const go: (() => void)[] = [];
    const batch = new Batch<number, number>(async (requests) => {
      sent.push(requests);
      await new Promise<void>((resolve) => go.push(resolve));
      if (requests.includes(4)) throw new Error('refused');
      return requests.map((each) => each * 10);
    }, 3);
    const answers = [0, 1, 2, 3, 4, 5].map((each) => batch.ask(each));
    const settled = Promise.allSettled(answers);
    for (let n = 0; n < 3; n++) {
      await new Promise((resolve) => setImmediate(resolve));
      go[n]!();
    }
    expect(sent).toEqual([[0], [1, 2, 3], [4, 5]]);
    const got = (await settled).map((each) => (each.status === 'fulfilled' ? each.value : 'refused'));
    expect(got).toEqual([0, 10, 20, 30, 'refused', 'refused']);
  });
});
