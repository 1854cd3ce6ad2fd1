import type { Dialled, DialOutcome, TransferOutcome } from '../contract/index.js';

/** RFC 3261, section 21, as carriers use it. What is not here is the carrier's refusal. */
const OUTCOMES: Record<number, DialOutcome> = {
  486: 'busy', // Busy Here
  600: 'busy', // Busy Everywhere
  408: 'no-answer', // Request Timeout
  480: 'no-answer', // Temporarily Unavailable
  487: 'no-answer', // Request Terminated
  403: 'declined', // Forbidden
  603: 'declined', // Decline
  607: 'declined', // Unwanted
  404: 'invalid-number', // Not Found
  410: 'invalid-number', // Gone
  416: 'invalid-number', // Unsupported URI Scheme
  484: 'invalid-number', // Address Incomplete
  485: 'invalid-number', // Ambiguous
  604: 'invalid-number', // Does Not Exist Anywhere
};

/** What a final SIP response to an INVITE means for the call. */
export const dialOutcomeOf = (sipCode: number): DialOutcome => OUTCOMES[sipCode] ?? 'carrier-rejected';

/** What a final SIP response means for a transfer: the flow only tells these apart. */
export function transferOutcomeOf(sipCode: number): TransferOutcome {
  const outcome = dialOutcomeOf(sipCode);
  if (outcome === 'busy') return 'busy';
  return outcome === 'no-answer' ? 'noAnswer' : 'failed';
}

const OFTEN_THE_CARRIER = '; with 403 some carriers refuse the login or the caller id';

export const dialled = (sipCode: number, status = ''): Dialled => ({
  outcome: dialOutcomeOf(sipCode),
  sipCode,
  detail: `SIP ${sipCode} ${status}`.trim() + (sipCode === 403 ? OFTEN_THE_CARRIER : ''),
});
