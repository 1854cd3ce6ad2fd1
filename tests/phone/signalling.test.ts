import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { until } from '../e2e/harness.js';
import { HELLO } from './numbers.js';
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
    ]);
  });

  it('lets the phone ring, in a room of its own, whose name has no number', async () => {
    const telephone = await board.dial(HELLO, { caller: '+491701234567' });
    await telephone.rings();
    const [there] = await until('the caller in a room', async () => {
      const all = await board.inRooms();
      return all.length > 0 ? all : undefined;
    });
    expect(there!.room).toMatch(/^phone_4567_\w+$/);
    expect(there!.identity).not.toContain('1701234567');
    await board.rooms.deleteRoom(there!.room);
    await board.nothingLeft();
  });
});
