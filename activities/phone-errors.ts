import { ServerError, SipCallError } from 'livekit-server-sdk';
import type { Dialled } from '../contract/index.js';
import { redact } from '../platform/redact.js';
import { dialled } from './sip-outcomes.js';

/** Connection errors after which nothing can have been asked. */
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];
/** LiveKit SIP's words for a carrier that said nothing, or whose connection went. */
const SILENT = 'transaction failed to complete';

/** A dial that ended with an error: what came of it, or how to find out. */
export type DialError = { dialled: Dialled } | { look: 'line given up' | 'answer lost'; otherwise: Dialled };

/** Not the carrier's doing. */
export const LOOK_AT_LIVEKIT =
  'Are LiveKit, LiveKit SIP and their Redis running? Look into their logs, then call again.';

/** Nothing was dialled, or nobody took it. */
export const rejected = (detail: string, todo?: string): Dialled => ({
  outcome: 'carrier-rejected',
  detail,
  ...(todo !== undefined && { todo }),
});

/**
 * LiveKit's answers to a dial. A phone's or carrier's comes with its SIP code. One that timed out and one that was given
 * up because its room went look alike (`canceled`); only the time tells them apart.
 */
export function dialError(error: unknown, { rangMs, ringMs }: { rangMs: number; ringMs: number }): DialError {
  if (error instanceof SipCallError && error.sipStatusCode)
    return { dialled: dialled(error.sipStatusCode, error.sipStatus) };
  if (!(error instanceof ServerError)) {
    if (wasNotSent(error))
      return { dialled: rejected(`nothing was dialled: LiveKit did not answer (${causeOf(error)})`, LOOK_AT_LIVEKIT) };
    return { look: 'answer lost', otherwise: lost(`LiveKit's answer was lost (${causeOf(error)})`) };
  }
  const { status, code } = error;
  if (code === 'canceled') {
    if (error.message.includes(SILENT)) return { dialled: rejected(`the carrier did not answer (${error.message})`) };
    if (rangMs >= ringMs) return { dialled: { outcome: 'no-answer', detail: `nobody answered within ${ringMs} ms` } };
    return { look: 'line given up', otherwise: lost('the line was given up before anybody answered') };
  }
  const said = causeOf(error);
  if (status >= 400 && status < 500 && status !== 408) return { dialled: rejected(said) };
  // Nobody took it, or nobody answered who did: LiveKit says the same of both.
  return { look: 'answer lost', otherwise: code === 'unavailable' ? rejected(said, LOOK_AT_LIVEKIT) : lost(said) };
}

const lost = (detail: string): Dialled => ({ outcome: 'lost', detail });

/** "fetch failed: ECONNRESET, socket hang up", "LiveKit answered 503 unavailable no response from servers". */
export function causeOf(error: unknown): string {
  if (error instanceof ServerError)
    return `LiveKit answered ${error.status} ${error.code ?? ''} ${error.message}`.replace(/ {2,}/g, ' ').trim();
  if (!(error instanceof Error)) return String(error);
  const { code, message } = (error.cause ?? {}) as { code?: unknown; message?: unknown };
  const cause = [code, message].filter(Boolean).join(', ');
  return cause ? `${error.message}: ${cause}` : error.message;
}

/** For logs and views: carriers put the number into what they answer. */
export function withoutNumber(text: string, number: string): string {
  const digits = number.replace(/\D/g, '');
  const clean = redact(text) as string;
  return digits.length < 5 ? clean : clean.replaceAll(digits, '[phone]');
}

export function wasNotSent(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const { code } = (cause ?? {}) as { code?: string };
  return code !== undefined && NOT_SENT.includes(code);
}
