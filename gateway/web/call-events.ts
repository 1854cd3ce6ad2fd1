import type { Ended, TimelineEntry, Utterance } from '../../contract/index.js';

interface Handlers {
  stage(entry: TimelineEntry): void;
  said(utterance: Utterance): void;
  ended(ended: Ended): void;
}

/** Follows a call until it has ended. The browser connects again by itself and says what it saw last. */
export function followCall(callId: string, handlers: Handlers): () => void {
  const source = new EventSource(`/v1/calls/${callId}/events`);
  const on = <T>(name: string, handle: (data: T) => void) =>
    source.addEventListener(name, (event) => handle(JSON.parse((event as MessageEvent<string>).data) as T));
  on('stage', handlers.stage);
  on('said', handlers.said);
  on<Ended>('ended', (ended) => {
    source.close();
    handlers.ended(ended);
  });
  return () => source.close();
}
