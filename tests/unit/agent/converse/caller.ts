import { EventEmitter } from 'node:events';
import { RoomEvent, type Room } from '@livekit/rtc-node';
import { CallerInput } from '../../../../agent/job/caller-input.js';
import type { Hearing, Listener } from '../../../../agent/job/hearing.js';
import type { Line } from '../../../../agent/job/line.js';
import type { Voice } from '../../../../agent/job/voice.js';

/** A caller's line whose voice takes a millisecond a letter, and on which the test is the caller. */
export class TestCaller {
  private readonly room = Object.assign(new EventEmitter(), {
    registerTextStreamHandler: (_topic: string, handle: (reader: string[], from: { identity: string }) => void) =>
      void (this.receive = (text) => handle([text], { identity: 'caller' })),
  });
  private receive!: (text: string) => void;
  private speaking: { text: string; began: number } | undefined;
  private listener: Listener | undefined;
  /** What was said before anyone listened. */
  early: string | undefined;
  /** What was begun to be said, with what was heard of it. */
  readonly spoken: { text: string; ms: number }[] = [];
  /** Called when a sentence begins; the test answers it. */
  onSentence: (text: string) => void = () => undefined;

  readonly line: Line = {
    input: new CallerInput(this.room as unknown as Room),
    voice: {
      prepare: () => undefined,
      say: async ({ text }: { text: string }, _: unknown, signal: AbortSignal) => {
        const began = Date.now();
        if (!signal.aborted) this.onSentence(text);
        await new Promise<void>((resolve) => {
          if (signal.aborted) return resolve();
          signal.addEventListener('abort', () => resolve());
          setTimeout(resolve, text.length);
        });
        const playedMs = signal.aborted ? Math.min(Date.now() - began, text.length) : text.length;
        this.spoken.push({ text, ms: playedMs });
        return { playedMs, firstAudioMs: 0 };
      },
    } as unknown as Voice,
    hearing: {
      forget: () => (this.early = undefined),
      listen: (_expect: unknown, _language: unknown, listener: Listener) => {
        this.listener = listener;
        if (this.early !== undefined) this.speak(this.early);
        return () => (this.listener = undefined);
      },
    } as unknown as Hearing,
  };

  type = (text: string): void => this.receive(text);

  press(keys: string): void {
    for (const key of keys) this.room.emit(RoomEvent.DtmfReceived, 0, key, { identity: 'caller' });
  }

  /** Undefined words: a cough. Empty ones were not understood. */
  speak(words?: string): void {
    this.listener!.started();
    this.listener!.ended(words === undefined ? undefined : words === '' ? {} : { words });
  }

  get texts(): string[] {
    return this.spoken.map(({ text }) => text);
  }
}
