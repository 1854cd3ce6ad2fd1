import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CallPolicy } from '../../contract/index.js';
import { beganAt, Callers, PATIENT, until } from '../e2e/harness.js';
import { Switchboard } from './switchboard.js';
import { freeUdpPort, type Telephone, type Waiting } from './telephone.js';

const NUMBER = '+4930901820';
const LATER_MS = 10_000;

/** Real phones in all but the handset: LiveKit SIP calls SIPp. */
describe.skipIf(inject('phoneProblem'))('a phone call that we make', () => {
  let board: Switchboard;
  let port: number;

  beforeAll(async () => {
    board = new Switchboard(inject('stackEnv'), inject('sipPort'));
    port = await freeUdpPort();
    await board.phone('setup', '--outbound', `127.0.0.1:${port}`, '--number', '+4930901800');
  });
  afterEach(() => board.hangUpAll());
  afterAll(Callers.dispose);

  const waits = (scenario: Waiting['scenario'], options: Partial<Waiting> = {}) =>
    board.waits({ port, scenario, ...options });
  const call = async (flowId: string, policy: Partial<CallPolicy> = {}, startAt?: string): Promise<string> => {
    const body = { flowId, to: { phone: NUMBER }, policy: { ...PATIENT, ...policy }, ...(startAt && { startAt }) };
    return (await board.calls.create(body)).callId;
  };
  const isCalled = (telephone: Telephone): Promise<number> =>
    until('the phone to be called', () => telephone.calledAt[0]);

  it('rings when the agent is ready; who answers hears the greeting, all of it, and is hung up on', async () => {
    const telephone = await waits('answers');
    const callId = await call('hello');
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
    expect(await board.logged()).not.toContain('930901820');
  });

  it.each([
    [486, 'busy'],
    [603, 'declined'],
    [404, 'invalid-number'],
    [503, 'carrier-rejected'],
    [480, 'no-answer'],
  ] as const)('refused with %i ends as %s; the phone is not called again', async (code, reason) => {
    const telephone = await waits('refuses', { code });
    const { ended } = await board.ended(await call('hello'));
    expect(ended).toMatchObject({ reason, sipCode: code, stage: 'dial', by: 'system' });
    expect(telephone.calledAt).toHaveLength(1);
  });

  it('that nobody answers ends as no-answer, and the phone stops ringing', async () => {
    const telephone = await waits('rings');
    const callId = await call('hello', { dialMs: 4_000 });
    await telephone.logs(/^given up/);
    const { ended } = await board.ended(callId);
    expect(ended).toMatchObject({ reason: 'no-answer', stage: 'dial' });
    expect(telephone.calledAt).toHaveLength(1);
  });

  it('stops ringing when we hang up', async () => {
    const telephone = await waits('rings');
    const callId = await call('hello');
    await isCalled(telephone);
    await board.calls.api.hangup(callId);
    await telephone.logs(/^given up/);
    expect((await board.ended(callId)).ended).toMatchObject({ reason: 'operator-canceled', by: 'api', stage: 'dial' });
    expect(telephone.calledAt).toHaveLength(1);
  });

  it('ends when the phone hangs up in mid-sentence', async () => {
    const telephone = await waits('answers-hangs-up', { afterMs: 6_000 });
    const callId = await call('lecture');
    await telephone.answered();
    await telephone.hears(500);
    expect((await board.ended(callId)).ended).toMatchObject({ reason: 'caller-hangup', by: 'caller', stage: 'flow' });
    expect(telephone.calledAt).toHaveLength(1);
  });

  it('for later rings then, and not before', async () => {
    const telephone = await waits('answers');
    const startAt = Date.now() + LATER_MS;
    const callId = await call('hello', {}, new Date(startAt).toISOString());
    expect(await board.calls.view(callId)).toMatchObject({ stage: 'admitted' });
    await telephone.answered();
    expect((await board.ended(callId)).ended).toMatchObject({ reason: 'completed' });
    expect(telephone.calledAt).toHaveLength(1);
    expect(telephone.calledAt[0]).toBeGreaterThan(startAt);
  });
});
