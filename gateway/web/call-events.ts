import { EventSource } from 'eventsource';
import type { TimelineEntry, Utterance } from '../../contract/index.js';
import { authorization } from './api-key.js';

/** A browser connects again by itself when the network fails, and gives up when it is refused: then we try again. */
const TRIES = 60;
const PAUSE_MS = 2_000;

interface Handlers {
  stage(entry: TimelineEntry): void;
  said(utterance: Utterance): void;
}

/** Follows a call; resolves when it has ended. After a new try what has happened is told once more. */
export async function followCall(callId: string, handlers: Handlers): Promise<void> {
  for (let tries = 1; !(await follow(callId, handlers)); tries++) {
    if (tries === TRIES) throw new Error('The gateway says nothing more of this call. Reload the page to see it.');
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** False: the browser gave up. */
const follow = (callId: string, handlers: Handlers): Promise<boolean> =>
  new Promise((resolve) => {
    // The browser's own EventSource cannot send a key.
    const source = new EventSource(`/v1/calls/${callId}/events`, {
      fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, ...authorization() } }),
    });
    const on = <T>(name: string, handle: (data: T) => void) =>
      source.addEventListener(name, (event) => handle(JSON.parse(event.data as string) as T));
    on('stage', handlers.stage);
    on('said', handlers.said);
    on('ended', () => {
      source.close();
      resolve(true);
    });
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) resolve(false);
    });
  });
