import type { EventSource } from 'eventsource';
import { GatewayError } from './error.js';
import { pause } from './pause.js';
import type { CallView, TimelineEntry, Utterance } from './types.js';

const PAUSE_MS = 500;

export interface Follower {
  /** A stage began, and again, with `ms`, when it is over. */
  onStage?: (entry: TimelineEntry) => void;
  onSaid?: (utterance: Utterance) => void;
}

interface Gateway {
  events(callId: string): EventSource;
  view(callId: string, signal?: AbortSignal): Promise<CallView>;
}

/**
 * Follows a call to its end, everything once. EventSource reconnects by itself with Last-Event-ID when a connection
 * breaks; where it gives up (an answer that is no event stream), the call is read, and the stream tried again.
 */
export async function followCall(
  gateway: Gateway,
  callId: string,
  follower: Follower,
  signal?: AbortSignal,
): Promise<CallView> {
  const once = onceEach(follower);
  for (;;) {
    await streamed(gateway.events(callId), once, signal);
    const view = await latest(gateway, callId, signal);
    view?.timeline.forEach(once.onStage);
    view?.said?.forEach(once.onSaid);
    if (view?.status === 'ended') return view;
    await pause(PAUSE_MS, signal);
  }
}

/** After a new stream, and after a reading, what was told already comes again. */
function onceEach({ onStage, onSaid }: Follower): Required<Follower> {
  const seen = new Set<string>();
  const once =
    <T>(keyOf: (value: T) => string, tell: ((value: T) => void) | undefined) =>
    (value: T): void => {
      const key = keyOf(value);
      if (!seen.has(key)) tell?.(value);
      seen.add(key);
    };
  return {
    onStage: once(({ stage, at, ms }) => `stage ${stage} ${at} ${ms === undefined ? 'began' : 'over'}`, onStage),
    onSaid: once(({ who, at, text }) => `said ${who} ${at} ${text}`, onSaid),
  };
}

/** Resolves when the stream says `ended`, or cannot be had any more. */
async function streamed(events: EventSource, { onStage, onSaid }: Required<Follower>, signal?: AbortSignal) {
  let stop = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      events.addEventListener('stage', (event) => onStage(JSON.parse(event.data as string) as TimelineEntry));
      events.addEventListener('said', (event) => onSaid(JSON.parse(event.data as string) as Utterance));
      events.addEventListener('ended', () => resolve());
      events.addEventListener('error', () => events.readyState === events.CLOSED && resolve());
      stop = () => reject(signal?.reason as Error);
      if (signal?.aborted) stop();
      signal?.addEventListener('abort', stop, { once: true });
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    events.close();
  }
}

/** A gateway that is away for a moment (restart) is asked again; the caller's own deadline bounds it. */
async function latest(gateway: Gateway, callId: string, signal?: AbortSignal): Promise<CallView | undefined> {
  try {
    return await gateway.view(callId, signal);
  } catch (error) {
    if (error instanceof GatewayError && error.passing) return undefined;
    throw error;
  }
}
