import { GatewayError } from '../../client/index.js';
import type { GatewayApi } from './api.js';
import type { CallResult } from './one-call.js';

const LONGEST_MS = 10_000;

/**
 * Keeps how far the call came, then ends it: a caller who gave up leaves no call behind.
 * @param made the call whose request was broken off, when nothing is known of it yet
 * @returns what was done, in words
 */
export async function abandon(
  api: GatewayApi,
  result: CallResult,
  made: (signal: AbortSignal) => Promise<{ callId: string; links: { temporal: string } }>,
): Promise<string> {
  try {
    if (!result.callId) {
      const { callId, links } = await made(AbortSignal.timeout(LONGEST_MS));
      Object.assign(result, { callId, temporal: links.temporal });
    }
  } catch (error) {
    const isRefused = error instanceof GatewayError && !error.unsettled && error.problem !== 'rate-limited';
    return isRefused ? 'no call was made' : `whether a call was made is not known (${(error as Error).message})`;
  }
  const callId = result.callId!;
  const view = await api.view(callId, AbortSignal.timeout(LONGEST_MS)).catch(() => undefined);
  if (view) Object.assign(result, { timeline: view.timeline, ended: view.ended });
  try {
    await api.hangup(callId, AbortSignal.timeout(LONGEST_MS));
    return 'the call was hung up';
  } catch (error) {
    return `the call could not be hung up (${(error as Error).message})`;
  }
}
