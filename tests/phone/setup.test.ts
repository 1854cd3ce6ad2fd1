import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createSipClient } from '../../platform/livekit.js';
import { loadEnv } from '../../platform/env.js';
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
      ['rule for other numbers', 'unchanged'],
    ]);
  });

  it('keeps the addresses that calls may come from until it is told of others', async () => {
    const allowed = async (...args: string[]) => {
      await board.phone('setup', ...args);
      const [trunk] = await createSipClient(loadEnv(inject('stackEnv'))).listSipInboundTrunk();
      return trunk!.allowedAddresses;
    };
    expect(await allowed('--allow', '127.0.0.1,203.0.113.7')).toEqual(['127.0.0.1', '203.0.113.7']);
    expect(await allowed()).toEqual(['127.0.0.1', '203.0.113.7']);
    expect(await allowed('--allow', '0.0.0.0/0')).toEqual(['0.0.0.0/0']);
    const telephone = await board.dial(HELLO);
    const callId = await telephone.rings();
    await telephone.done();
    expect((await board.ended(callId)).ended).toMatchObject({ reason: 'completed' });
  });

  it('gets an outbound trunk when it is told of a carrier, and another address when that is another', async () => {
    const outbound = async (address: string) => {
      const { made } = await board.phone('setup', '--outbound', address, '--number', '+4930901800,+4930901801');
      return made.find(({ what }) => what === 'outbound trunk');
    };
    const first = await outbound('carrier.example');
    expect(await outbound('carrier.example')).toEqual({ ...first, outcome: 'unchanged' });
    expect(await outbound('carrier.example:5080')).toEqual({ ...first, outcome: 'changed' });
    expect(await outbound('carrier.example:5080')).toEqual({ ...first, outcome: 'unchanged' });
  });

  it('leaves a rule for all trunks to whoever has made it', async () => {
    const sip = createSipClient(loadEnv(inject('stackEnv')));
    const others = async () => (await board.phone('setup')).made.find(({ what }) => what === 'rule for other numbers')!;
    await sip.deleteSipDispatchRule((await others()).id);
    const theirs = await sip.createSipDispatchRule({ type: 'individual', roomPrefix: 'theirs' }, { name: 'theirs' });
    expect(await others()).toMatchObject({ id: theirs.sipDispatchRuleId, outcome: 'unchanged' });
    await sip.deleteSipDispatchRule(theirs.sipDispatchRuleId);
    expect(await others()).toMatchObject({ outcome: 'created' });
  });

  it.each([
    [['--outbound', 'carrier.example'], 'go together'],
    [['--number', '+4930901800'], 'go together'],
    [['--outbound', 'sip:me@carrier.example', '--number', '+4930901800'], 'is not a host'],
    [['--outbound', 'carrier.example', '--number', '030901800'], 'is not a number'],
  ])('is left alone by %j', async (args, why) => {
    await expect(board.phone('setup', ...args)).rejects.toThrow(why);
  });
});
