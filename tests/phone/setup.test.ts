import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { Switchboard } from './switchboard.js';

/** LiveKit SIP as `npm run phone -- setup` leaves it. */
describe.skipIf(inject('phoneProblem'))('LiveKit SIP', () => {
  let board: Switchboard;

  beforeAll(async () => {
    board = new Switchboard(inject('stackEnv'), inject('sipPort'));
    await board.phone('setup');
  });
  afterEach(() => board.hangUpAll());

  it('is set up once: again changes nothing', async () => {
    const { made } = await board.phone('setup');
    expect(made.map(({ what, outcome }) => [what, outcome])).toEqual([
      ['inbound trunk', 'unchanged'],
      ['dispatch rule', 'unchanged'],
      ['rule for other numbers', 'unchanged'],
    ]);
  });
});
