import { ServerError, SipCallError } from 'livekit-server-sdk';
import { describe, expect, it } from 'vitest';
import { dialError, withoutNumber } from '../../../activities/phone-errors.js';
import { dialOutcomeOf, transferOutcomeOf } from '../../../activities/sip-outcomes.js';
import { ENDED_REASONS } from '../../../contract/index.js';

const TABLE: Record<string, number[]> = {
  busy: [486, 600],
  'no-answer': [408, 480, 487],
  declined: [403, 603, 607],
  'invalid-number': [404, 410, 416, 484, 485, 604],
  'carrier-rejected': [400, 401, 402, 407, 482, 483, 488, 500, 502, 503, 504, 606, 699],
};
const rows = Object.entries(TABLE).flatMap(([outcome, codes]) => codes.map((code) => [code, outcome] as const));

describe('SIP responses', () => {
  it.each(rows)('%i is %s', (code, outcome) => {
    expect(dialOutcomeOf(code)).toBe(outcome);
    expect(Object.keys(ENDED_REASONS)).toContain(outcome);
  });

  it.each([
    [486, 'busy'],
    [480, 'noAnswer'],
    [603, 'failed'],
    [404, 'failed'],
    [503, 'failed'],
  ] as const)('%i to a REFER is %s', (code, outcome) => expect(transferOutcomeOf(code)).toBe(outcome));
});

describe("LiveKit's answers to a dial", () => {
  const times = { rangMs: 100, ringMs: 30_000 };
  const twirp = (status: number, code: string, message = 'twirp error unknown') =>
    new ServerError('error', message, status, code);
  const refused = (code: string) => Object.assign(new TypeError('fetch failed'), { cause: { code } });

  it('are what the phone or the carrier said, when they did', () => {
    const error = new SipCallError('error', '', 429, 'resource_exhausted', {
      ...{ sip_status_code: '486', sip_status: 'Busy Here' },
    });
    expect(dialError(error, times)).toEqual({
      dialled: { outcome: 'busy', sipCode: 486, detail: 'SIP 486 Busy Here' },
    });
  });

  it('that say "canceled" mean no answer only when it rang for as long as it might', () => {
    const canceled = twirp(408, 'canceled', 'sip request timed out');
    expect(dialError(canceled, { rangMs: 30_010, ringMs: 30_000 })).toMatchObject({
      dialled: { outcome: 'no-answer' },
    });
    expect(dialError(canceled, times)).toMatchObject({ look: 'line given up', otherwise: { outcome: 'lost' } });
  });

  it.each<[Error, RegExp]>([
    [twirp(404, 'not_found', 'requested sip trunk does not exist'), /requested sip trunk/],
    [twirp(401, 'unauthenticated'), /401/],
    [refused('ECONNREFUSED'), /nothing was dialled.*ECONNREFUSED/],
    [refused('EHOSTUNREACH'), /nothing was dialled/],
    [refused('ENETUNREACH'), /nothing was dialled/],
    [refused('UND_ERR_CONNECT_TIMEOUT'), /nothing was dialled/],
    [twirp(408, 'canceled', 'transaction failed to complete (0 intermediate responses)'), /carrier did not answer/],
  ])('that nothing was dialled are final: %s', (error, detail) =>
    expect(dialError(error, times)).toMatchObject({
      dialled: { outcome: 'carrier-rejected', detail: expect.stringMatching(detail) as string },
    }),
  );

  it('that were lost say why in the detail, and never the number', () => {
    const cause = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
    expect(dialError(new TypeError('fetch failed', { cause }), times)).toMatchObject({
      otherwise: { detail: "LiveKit's answer was lost (fetch failed: UND_ERR_SOCKET, other side closed)" },
    });
    const said = 'SIP 500 no route to 4930901820, <sip:+4930901820@pbx.example>';
    expect(withoutNumber(said, '+4930901820')).toBe('SIP 500 no route to [phone], <[phone]@pbx.example>');
  });

  it('that were lost say nothing: the line is looked at', () => {
    for (const error of [refused('ECONNRESET'), twirp(500, 'internal'), new Error('timeout')])
      expect(dialError(error, times)).toMatchObject({ look: 'answer lost', otherwise: { outcome: 'lost' } });
    expect(dialError(twirp(503, 'unavailable', 'cpu exhausted'), times)).toMatchObject({
      ...{ look: 'answer lost', otherwise: { outcome: 'carrier-rejected', detail: expect.stringContaining('cpu') } },
    });
  });
});
