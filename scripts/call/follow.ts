import { setTimeout as sleep } from 'node:timers/promises';
import type { EventSource } from 'eventsource';
import type { CallView, TimelineEntry, Utterance } from '../../contract/index.js';
import { type GatewayApi, GatewayError } from './api.js';

const POLL_MS = 500;

export interface Follower {
  onStage: (entry: TimelineEntry) => void;
  onSaid?: (utterance: Utterance) => void;
}

/**
 * Follows a call to its end: each stage once, as it begins, then the ended call. EventSource reconnects by itself
 * with Last-Event-ID; where it gives up (an answer that is no event stream), the call is polled.
 */
export async function follow(
  api: GatewayApi,
  callId: string,
  { onStage, onSaid = () => {} }: Follower,
  signal: AbortSignal,
): Promise<CallView> {
  const seen = new Set<string>();
  const once = (entry: TimelineEntry) => {
    const key = `${entry.stage}@${entry.at}`;
    if (!seen.has(key)) onStage(entry);
    seen.add(key);
  };
  await streamed(api.events(callId), { onStage: once, onSaid }, signal);
  for (;;) {
    const view = await latest(api, callId, signal);
    view?.timeline.forEach(once);
    if (view?.status === 'ended') return view;
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Resolves when the stream says `ended`, or cannot be had any more. */
async function streamed(
  events: EventSource,
  { onStage, onSaid }: Required<Follower>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      events.addEventListener('stage', (event) => onStage(JSON.parse(event.data) as TimelineEntry));
      events.addEventListener('said', (event) => onSaid(JSON.parse(event.data) as Utterance));
      events.addEventListener('ended', () => resolve());
      events.addEventListener('error', () => events.readyState === events.CLOSED && resolve());
      if (signal.aborted) reject(signal.reason as Error);
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  } finally {
    events.close();
  }
}

/** A gateway that is away for a moment (restart) is asked again; the caller's own deadline bounds it. */
async function latest(api: GatewayApi, callId: string, signal: AbortSignal): Promise<CallView | undefined> {
  try {
    return await api.view(callId, signal);
  } catch (error) {
    if (error instanceof GatewayError && error.passing) return undefined;
    throw error;
  }
}
