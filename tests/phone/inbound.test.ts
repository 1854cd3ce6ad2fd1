import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { Callers, spokenBy, until } from '../e2e/harness.js';
import { HELLO, KEYS, LECTURE, UNKNOWN } from './numbers.js';
import { Switchboard } from './switchboard.js';

/** Real phones in all but the handset: SIPp, LiveKit SIP, LiveKit, agent. */
describe.skipIf(inject('phoneProblem'))('a phone call that comes in', () => {
  let board: Switchboard;

  beforeAll(async () => {
    board = new Switchboard(inject('stackEnv'), inject('sipPort'));
    await board.phone('setup');
  });
  afterEach(async () => {
    await board.hangUpAll();
    await board.calls.leaveAll();
  });
  afterAll(Callers.dispose);

  it('hears the greeting, all of it, and is hung up on', async () => {
    const telephone = await board.dial(HELLO);
    const callId = await telephone.rings();
    await telephone.answered();
    await telephone.done();
    const view = await board.ended(callId);
    expect(view).toMatchObject({ direction: 'inbound', org: 'default', flowId: 'hello' });
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'greeted' });
    // As much as somebody hears who was there before the agent spoke: no syllable is cut off.
    const web = await board.calls.call({ flowId: 'hello' });
    await web.ended();
    const [inBrowser] = Object.values(spokenBy(web.caller));
    expect(telephone.media.heardMs).toBeGreaterThan(inBrowser! - 300);
  });

  it('is in a room whose name, like all that we log, has no number', async () => {
    const telephone = await board.dial(LECTURE, { caller: '+491701234567' });
    const callId = await telephone.rings();
    const view = await until('the call', () => board.calls.view(callId).catch(() => undefined));
    expect(view.room).toMatch(/^phone_4567_\w+$/);
    const [there] = await until('the phone in its room', async () => {
      const phones = (await board.inRooms()).filter(({ identity }) => identity.startsWith('sip_'));
      return phones.length > 0 ? phones : undefined;
    });
    expect(there).toMatchObject({ room: view.room });
    expect(there!.identity).not.toContain('1701234567');
    await board.calls.api.hangup(callId);
    await board.ended(callId);
    expect(await board.logged()).not.toMatch(/1701234567|4930102/);
  });

  it('takes the branch of the key that is pressed', async () => {
    const telephone = await board.dial(KEYS);
    const callId = await telephone.rings();
    await telephone.answered();
    await telephone.hears(300);
    await telephone.media.press('2');
    await telephone.done();
    expect((await board.ended(callId)).ended).toMatchObject({ reason: 'completed', outcome: 'two' });
  });

  it('ends when the phone hangs up in mid-sentence', async () => {
    const telephone = await board.dial(LECTURE, { scenario: 'hang-up', afterMs: 10_000 });
    const callId = await telephone.rings();
    await telephone.answered();
    await telephone.hears(500);
    await telephone.done();
    expect((await board.ended(callId)).ended).toMatchObject({ reason: 'caller-hangup', by: 'caller', stage: 'flow' });
  });

  it('ends when the phone gives up while it rings', async () => {
    const telephone = await board.dial(LECTURE, { scenario: 'cancel', afterMs: 50 });
    const callId = await telephone.rings();
    await telephone.done();
    expect((await board.ended(callId)).ended).toMatchObject({ reason: 'caller-abandoned', by: 'caller' });
    expect(telephone.media.packets).toBe(0);
  });

  it('is hung up when we hang up', async () => {
    const telephone = await board.dial(LECTURE);
    const callId = await telephone.rings();
    await telephone.answered();
    await telephone.hears(300);
    await board.calls.api.hangup(callId);
    await telephone.done();
    expect((await board.ended(callId)).ended).toMatchObject({ reason: 'operator-canceled', by: 'api' });
  });

  it('is declined when nobody answers on the number', async () => {
    const telephone = await board.dial(UNKNOWN, { scenario: 'rejected' });
    const callId = await telephone.rings();
    await telephone.done();
    expect(telephone.log).toContain('486');
    expect((await board.ended(callId)).ended).toMatchObject({ reason: 'rejected-invalid', fault: 'config' });
  });
});
