import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { beganAt, Callers, until } from '../e2e/harness.js';
import { CALLED, Switchboard } from './switchboard.js';
import type { Telephone } from './telephone.js';

const LATER_MS = 10_000;

/** Real phones in all but the handset: LiveKit SIP calls SIPp. */
describe.skipIf(inject('phoneProblem'))('a phone call that we make', () => {
  let board: Switchboard;

  beforeAll(async () => {
    board = new Switchboard(inject('stackEnv'), inject('sipPort'));
    await board.trunk();
  });
  afterEach(() => board.hangUpAll());
  afterAll(Callers.dispose);

  const isCalled = (telephone: Telephone): Promise<number> =>
    until('the phone to be called', () => telephone.calledAt[0]);

  it('rings when the agent is ready; who answers hears the greeting, all of it, and is hung up on', async () => {
    const telephone = await board.waits('answers');
    const callId = await board.call('hello');
    await telephone.answered();
    await telephone.logs(/^hung up/);
    const view = await board.ended(callId);
    expect(view).toMatchObject({ direction: 'outbound', ended: { reason: 'completed', outcome: 'greeted' } });
    expect(telephone.calledAt).toHaveLength(1);
    expect(telephone.calledAt[0]).toBeGreaterThan(beganAt(view, 'agent-ready'));
    expect(beganAt(view, 'flow')).toBeGreaterThan(telephone.calledAt[0]!);
    // As much as a browser hears that was there before the agent spoke: no syllable is cut off.
    const web = await board.calls.call({ flowId: 'hello' });
    await web.ended();
    const heardMs = web.caller.segments.reduce((sum, { audibleMs }) => sum + audibleMs, 0);
    await board.calls.leaveAll();
    expect(telephone.media.heardMs).toBeGreaterThan(heardMs - 300);
    expect(await board.logged()).not.toContain(CALLED.slice(3));
  });

  it.each([
    [486, 'busy'],
    [603, 'declined'],
    [404, 'invalid-number'],
    [503, 'carrier-rejected'],
    [480, 'no-answer'],
  ] as const)('refused with %i ends as %s; the phone is not called again', async (code, reason) => {
    const telephone = await board.waits('refuses', { code });
    const { ended } = await board.ended(await board.call('hello'));
    expect(ended).toMatchObject({ reason, sipCode: code, stage: 'dial', by: 'system' });
    expect(telephone.calledAt).toHaveLength(1);
  });

  it('that nobody answers ends as no-answer, and the phone stops ringing', async () => {
    const telephone = await board.waits('rings');
    const callId = await board.call('hello', { policy: { dialMs: 4_000 } });
    await telephone.logs(/^given up/);
    const { ended } = await board.ended(callId);
    expect(ended).toMatchObject({ reason: 'no-answer', stage: 'dial' });
    expect(telephone.calledAt).toHaveLength(1);
  });

  it('stops ringing when we hang up', async () => {
    const telephone = await board.waits('rings');
    const callId = await board.call('hello');
    await isCalled(telephone);
    await board.calls.api.hangup(callId);
    await telephone.logs(/^given up/);
    expect((await board.ended(callId)).ended).toMatchObject({ reason: 'operator-canceled', by: 'api', stage: 'dial' });
    expect(telephone.calledAt).toHaveLength(1);
  });

  it('ends when the phone hangs up in mid-sentence', async () => {
    const telephone = await board.waits('answers-hangs-up', { afterMs: 6_000 });
    const callId = await board.call('lecture');
    await telephone.answered();
    await telephone.hears(500);
    expect((await board.ended(callId)).ended).toMatchObject({ reason: 'caller-hangup', by: 'caller', stage: 'flow' });
    expect(telephone.calledAt).toHaveLength(1);
  });

  it('for later rings then, and not before', async () => {
    const telephone = await board.waits('answers');
    const startAt = Date.now() + LATER_MS;
    const callId = await board.call('hello', { startAt: new Date(startAt).toISOString() });
    expect(await board.calls.view(callId)).toMatchObject({ stage: 'admitted' });
    await telephone.answered();
    expect((await board.ended(callId)).ended).toMatchObject({ reason: 'completed' });
    expect(telephone.calledAt).toHaveLength(1);
    expect(telephone.calledAt[0]).toBeGreaterThan(startAt);
  });

  describe('through a carrier that asks who calls', () => {
    const login = { username: 'durable', password: 'a long secret' };
    afterAll(() => board.trunk());

    it.each([[401, 'WWW-Authenticate']] as const)('with %i is put through when it is told', async (code, challenge) => {
      await board.trunk(login);
      const telephone = await board.waits('asks-who', { code, challenge, login });
      const { ended } = await board.ended(await board.call('hello'));
      expect(ended).toMatchObject({ reason: 'completed', outcome: 'greeted' });
      const told = telephone.log.filter((line) => line.startsWith('told'));
      expect(told).toHaveLength(1);
    });

    it.each([
      ['another password', { ...login, password: 'wrong' }, /auth/],
      ['nothing', undefined, /auth/],
    ])('is told %s: the call says so, and no phone rings', async (_what, told, why) => {
      await board.trunk(told);
      const options = { code: 401, challenge: 'WWW-Authenticate', login } as const;
      const telephone = await board.waits('asks-who', options);
      const { ended } = await board.ended(await board.call('hello'));
      expect(ended).toMatchObject({ reason: 'carrier-rejected', fault: 'carrier', stage: 'dial' });
      expect(ended?.detail).toMatch(why);
      expect(ended?.detail).toMatch(/Check the trunk .* login/);
      expect(telephone.calledAt).toEqual([]);
      expect(await board.logged()).not.toContain(login.password);
    });
  });
});
