import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CallView } from '../../contract/index.js';
import { Callers, PATIENT } from '../e2e/harness.js';
import { Switchboard } from './switchboard.js';
import { freeUdpPort, type Telephone, type Waiting } from './telephone.js';

/** A phone that is told by SIP REFER to call somebody else. */
describe.skipIf(inject('phoneProblem'))('a transfer', () => {
  let board: Switchboard;
  let port: number;

  beforeAll(async () => {
    board = new Switchboard(inject('stackEnv'), inject('sipPort'));
    port = await freeUdpPort();
    await board.phone('setup', '--outbound', `127.0.0.1:${port}`, '--number', '+4930901800');
  });
  afterEach(() => board.hangUpAll());
  afterAll(Callers.dispose);

  /** Calls a phone with a flow that transfers. */
  const answered = async (options: Omit<Waiting, 'port'>, flowId = 'desk'): Promise<[string, Telephone]> => {
    const telephone = await board.waits({ port, ...options });
    const { callId } = await board.calls.create({ flowId, to: { phone: '+4930901820' }, policy: PATIENT });
    await telephone.answered();
    return [callId, telephone];
  };
  const outcomeIn = ({ timeline }: CallView) =>
    timeline.map(({ detail }) => detail).filter((detail) => detail?.startsWith('transfer'))[1];
  const refers = ({ log }: Telephone) => log.filter((line) => line.startsWith('referred'));

  it('that the carrier takes over ends the call as transferred', async () => {
    const [callId, telephone] = await answered({ scenario: 'refer-answered', outcome: 'SIP/2.0 200 OK' });
    const view = await board.ended(callId);
    expect(view.ended).toMatchObject({ reason: 'transferred', fault: 'none' });
    expect(outcomeIn(view)).toMatch(/^transfer \(desk\): connected/);
    expect(refers(telephone)).toEqual([expect.stringContaining('4930901899')]);
    await telephone.logs(/^hung up/);
  });

  it.each([
    ['the other phone is busy', { scenario: 'refer-answered', outcome: 'SIP/2.0 486 Busy Here' }, 'busy', 486],
    ['the phone declines the REFER', { scenario: 'refer-refused', code: 603 }, 'failed', 603],
  ] as const)('gives the caller back to the flow when %s', async (_why, options, outcome, code) => {
    const [callId, telephone] = await answered(options);
    const view = await board.ended(callId);
    expect(view.ended).toMatchObject({ reason: 'completed', outcome });
    expect(outcomeIn(view)).toMatch(new RegExp(`^transfer \\(desk\\): ${outcome} \\(SIP ${code}`));
    expect(refers(telephone)).toHaveLength(1);
    // The dial tone of the transfer, and then the flow's words.
    expect(telephone.media.heardMs).toBeGreaterThan(500);
    await telephone.logs(/^hung up/);
  });

  it('of which nobody says how it went is "unknown": the caller is the flow\'s again', async () => {
    const [callId, telephone] = await answered({ scenario: 'refer-answered', outcome: 'SIP/2.0 100 Trying' });
    const view = await board.ended(callId);
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'unclear' });
    expect(outcomeIn(view)).toMatch(/^transfer \(desk\): unknown \(.*still here\)/);
    expect(refers(telephone)).toHaveLength(1);
    await telephone.logs(/^hung up/);
  });

  it('that the API asks for goes on beside the flow', async () => {
    const options = { scenario: 'refer-answered', outcome: 'SIP/2.0 200 OK' } as const;
    const [callId, telephone] = await answered(options, 'lecture');
    await telephone.hears(300);
    await board.transfer(callId, '+4930901899');
    const view = await board.ended(callId);
    expect(view.ended).toMatchObject({ reason: 'transferred', by: 'api' });
    expect(refers(telephone)).toHaveLength(1);
  });
});
