import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CallView } from '../../contract/index.js';
import { Callers, until } from '../e2e/harness.js';
import { DESK, LECTURE } from './numbers.js';
import { Switchboard } from './switchboard.js';
import type { Referred, Telephone } from './telephone.js';

/** How the other call went that the phone makes. */
const CONNECTED = { outcome: 'SIP/2.0 200 OK' };
const BUSY = { outcome: 'SIP/2.0 486 Busy Here' };
const TRYING = { outcome: 'SIP/2.0 100 Trying' };
const NUMBERS = { desk: DESK, lecture: LECTURE };

/** A phone that is told by SIP REFER to call somebody else. */
describe.skipIf(inject('phoneProblem'))('a transfer', () => {
  let board: Switchboard;

  beforeAll(async () => {
    board = new Switchboard(inject('stackEnv'), inject('sipPort'));
    await board.trunk();
  });
  afterEach(() => board.hangUpAll());
  afterAll(Callers.dispose);

  const outcomeIn = ({ timeline }: CallView) =>
    timeline.map(({ detail }) => detail).filter((detail) => detail?.startsWith('transfer'))[1];
  const refers = ({ log }: Telephone) => log.filter((line) => line.startsWith('referred'));

  describe.each(['that we have called', 'that has called us'])('of a phone %s', (who) => {
    async function talks(
      flowId: keyof typeof NUMBERS,
      scenario: Referred,
      options: { outcome?: string; code?: number },
    ) {
      const ours = who === 'that we have called';
      const telephone = ours
        ? await board.waits(scenario, options)
        : await board.dial(NUMBERS[flowId], { scenario, ...options });
      const callId = ours ? await board.call(flowId) : await telephone.rings();
      await telephone.answered();
      return { callId, telephone };
    }

    it('which takes it ends the call as transferred', async () => {
      const { callId, telephone } = await talks('desk', 'refer-answered', CONNECTED);
      const view = await board.ended(callId);
      expect(view.ended).toMatchObject({ reason: 'transferred', fault: 'none' });
      expect(outcomeIn(view)).toMatch(/^transfer \(desk\): connected/);
      expect(refers(telephone)).toEqual([expect.stringContaining('4930901899')]);
      await telephone.logs(/^hung up/);
    });

    it.each([
      ['finds the other one busy', 'refer-answered', BUSY, 'busy', 486],
      ['declines it', 'refer-refused', { code: 603 }, 'failed', 603],
    ] as const)("which %s: it is the flow's again", async (_why, scenario, options, outcome, code) => {
      const { callId, telephone } = await talks('desk', scenario, options);
      const view = await board.ended(callId);
      expect(view.ended).toMatchObject({ reason: 'completed', outcome });
      expect(outcomeIn(view)).toMatch(new RegExp(`^transfer \\(desk\\): ${outcome} \\(SIP ${code}`));
      expect(refers(telephone)).toHaveLength(1);
      // The dial tone of the transfer, and then the flow's words.
      expect(telephone.media.heardMs).toBeGreaterThan(500);
      await telephone.logs(/^hung up/);
    });

    it.each([
      ['does not say how it went', 'refer-answered', TRYING],
      ['never answers it at all', 'refer-ignored', {}],
    ] as const)('which %s is "unknown": it hears the flow again', async (_why, scenario, options) => {
      const { callId, telephone } = await talks('desk', scenario, options);
      await until('the outcome', async () => outcomeIn(await board.calls.view(callId)));
      const before = telephone.media.heardMs;
      const view = await board.ended(callId);
      expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'unclear' });
      expect(outcomeIn(view)).toMatch(/^transfer \(desk\): unknown \(.*still here\)/);
      expect(refers(telephone)).toHaveLength(1);
      expect(telephone.media.heardMs - before).toBeGreaterThan(500);
      await telephone.logs(/^hung up/);
    });

    it('that the API asks for goes on beside the flow', async () => {
      const { callId, telephone } = await talks('lecture', 'refer-answered', CONNECTED);
      await telephone.hears(300);
      await board.transfer(callId, '+4930901899');
      const view = await board.ended(callId);
      expect(view.ended).toMatchObject({ reason: 'transferred', by: 'api' });
      expect(refers(telephone)).toHaveLength(1);
    });
  });
});
