import { ServerError, SipCallError } from 'livekit-server-sdk';
import type { Dialled } from '../contract/index.js';
import { dialled } from './sip-outcomes.js';

/** Connection errors after which nothing can have been asked. */
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

/** A dial that ended with an error: what came of it, or how to find out. */
export type DialError = { dialled: Dialled } | { look: 'line given up' | 'answer lost'; otherwise: Dialled };

const rejected = (detail: string): Dialled => ({ outcome: 'carrier-rejected', detail });

/**
 * LiveKit's answers to a dial. A phone's or carrier's comes with its SIP code. One that timed out and one that was given
 * up because its room went look alike (`canceled`); only the time tells them apart.
 */
export function dialError(error: unknown, { rangMs, ringMs }: { rangMs: number; ringMs: number }): DialError {
  if (error instanceof SipCallError && error.sipStatusCode)
    return { dialled: dialled(error.sipStatusCode, error.sipStatus) };
  if (!(error instanceof ServerError)) {
    if (wasNotSent(error)) return { dialled: rejected('LiveKit could not be reached, so nothing was dialled') };
    return { look: 'answer lost', otherwise: lost("LiveKit's answer was lost") };
  }
  const { status, code = '', message } = error;
  if (code === 'canceled') {
    if (rangMs >= ringMs) return { dialled: { outcome: 'no-answer', detail: `nobody answered within ${ringMs} ms` } };
    return { look: 'line given up', otherwise: lost('the line was given up before anybody answered') };
  }
  const refusal = rejected(`LiveKit answered ${status} ${code} ${message}`);
  if (status >= 400 && status < 500 && status !== 408) return { dialled: refusal };
  // Nobody took it, or nobody answered who did: LiveKit says the same of both.
  return { look: 'answer lost', otherwise: code === 'unavailable' ? refusal : lost(refusal.detail) };
}

const lost = (detail: string): Dialled => ({ outcome: 'lost', detail });

function wasNotSent(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const { code } = (cause ?? {}) as { code?: string };
  return code !== undefined && NOT_SENT.includes(code);
}
