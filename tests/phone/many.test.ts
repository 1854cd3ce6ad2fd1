import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { Callers, until } from '../e2e/harness.js';
import { HELLO } from './numbers.js';
import { Switchboard } from './switchboard.js';

const CALLS = 20;
/** What two cores carry together with the servers, the agents and the telephones (docs/phones.md). */
const EVERY_MS = Number(process.env.PHONE_CALL_EVERY_MS ?? 4_000);
const LIMIT_MS = 5 * 60_000;

describe.skipIf(inject('phoneProblem'))('phone calls, one after the other and some at the same time', () => {
  let board: Switchboard;

  beforeAll(async () => {
    board = new Switchboard(inject('stackEnv'), inject('sipPort'));
    await board.phone('setup');
    // As with every agent that has been there for a while: loading processes is what costs.
    await until('warm processes for half of the calls', async () => (await board.warmProcesses()) >= 10 || undefined);
  });
  afterEach(() => board.hangUpAll());
  afterAll(Callers.dispose);

  it(
    `${CALLS} of them, one every ${EVERY_MS} ms: each hears the greeting`,
    async () => {
      const ringMs: number[] = [];
      const one = async (index: number) => {
        await sleep(index * EVERY_MS);
        const telephone = await board.dial(HELLO, { caller: `+4917010000${String(index).padStart(2, '0')}` });
        const dialledAt = Date.now();
        const callId = await telephone.rings();
        const wrong = await telephone
          .answered()
          .then(() => ringMs.push(Date.now() - dialledAt))
          .then(() => telephone.done())
          .catch((error: Error) => error.message);
        const { reason, detail } = (await board.calls.ended(callId)).ended!;
        // Of one that went wrong the test's failure says why.
        return { reason, heard: telephone.media.heardMs > 1_000, ...(wrong && { index, wrong, detail }) };
      };
      const outcomes = await Promise.all(Array.from({ length: CALLS }, (_, index) => one(index)));
      ringMs.sort((a, b) => a - b);
      const [half, last] = [ringMs[Math.floor(ringMs.length / 2)], ringMs.at(-1)];
      console.log(`${CALLS} calls, one every ${EVERY_MS} ms: answered after ${half} ms (median), ${last} ms (longest)`);
      expect(outcomes).toEqual(outcomes.map(() => ({ reason: 'completed', heard: true })));
      await board.nothingLeft();
    },
    LIMIT_MS,
  );
});
