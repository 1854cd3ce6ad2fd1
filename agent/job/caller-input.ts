import { RoomEvent } from '@livekit/rtc-node';
import type { Room } from '@livekit/rtc-node';
import { CALLER_IDENTITY } from '../../contract/index.js';
import { hearChat, serveTyped } from './typed.js';

/** What the caller does with fingers. */
export type Input = { via: 'keypad'; key: string } | { via: 'typed'; text: string };

const KEY = /^[0-9*#]$/;

/** Callers who know the menu answer before they are asked. So long they count; older ones were not meant. */
export const AHEAD_MS = 10_000;
const AHEAD_KEPT = 64;

/** Keys pressed in one breath with an entry that is over belong to it, not to what is asked next. */
const BREATH_MS = 1_000;

/**
 * Keypad and typed chat of the caller, for one listener at a time. Input that comes while nobody asks is kept for a
 * moment. Create it before connecting, so that nothing is missed.
 */
export class CallerInput {
  private early: { input: Input; at: number; taken: () => void }[] = [];
  private leftover: { isPart: (key: string) => boolean; until: number } | undefined;
  private listener: ((input: Input) => boolean) | undefined;
  private readonly barging = new Set<() => void>();

  /** @param caller whose input counts */
  constructor(
    private readonly room: Room,
    private readonly caller: string = CALLER_IDENTITY,
  ) {
    room.on(RoomEvent.DtmfReceived, (_code, digit, participant) => {
      if (participant.identity === caller && KEY.test(digit)) void this.take({ via: 'keypad', key: digit });
    });
    hearChat(room, caller, this.type);
  }

  /** What can be heard only once the job is in the room. */
  connected = (): void => serveTyped(this.room, this.caller, this.type);

  private type = (text: string): Promise<void> => this.take({ via: 'typed', text });

  /** Whether input waits that nobody has asked for yet. */
  get waiting(): boolean {
    this.dropOld();
    return this.early.length > 0;
  }

  /** Gives what waits, and what comes, until the listener has enough: then it answers true. The result stops it. */
  listen(listener: (input: Input) => boolean): () => void {
    this.listener = listener;
    while (this.listener === listener && this.waiting) {
      const { input, taken } = this.early.shift()!;
      this.hand(input, listener);
      taken();
    }
    return () => {
      if (this.listener === listener) this.listener = undefined;
    };
  }

  /** Tells of input that waits or comes, and leaves it to the next listener. The answer stops it. */
  onBargeIn(tell: () => void): () => void {
    this.barging.add(tell);
    if (this.waiting) tell();
    return () => void this.barging.delete(tell);
  }

  /** Drops what waits, for a prompt that nobody may answer early. */
  forget(): void {
    this.early = [];
  }

  /** An entry by keys is over: those that follow at once and are part of it answer nothing else. */
  dropRest(isPart: (key: string) => boolean): void {
    this.leftover = { isPart, until: Date.now() + BREATH_MS };
    this.early = this.early.filter(({ input }) => input.via !== 'keypad' || !this.isLeftover(input.key));
  }

  private isLeftover(key: string): boolean {
    if (this.leftover && Date.now() < this.leftover.until && this.leftover.isPart(key)) return true;
    this.leftover = undefined;
    return false;
  }

  /** Resolves when somebody has taken it, or it counts no more. */
  private async take(input: Input): Promise<void> {
    if (input.via === 'keypad' && this.isLeftover(input.key)) return;
    if (this.listener) return this.hand(input, this.listener);
    const over = new Promise<void>((taken) => {
      this.early = [...this.early, { input, at: Date.now(), taken }].slice(-AHEAD_KEPT);
      setTimeout(taken, AHEAD_MS).unref();
    });
    for (const tell of this.barging) tell();
    return over;
  }

  private hand(input: Input, listener: (input: Input) => boolean): void {
    if (listener(input)) this.listener = undefined;
  }

  private dropOld(): void {
    this.early = this.early.filter(({ at }) => Date.now() - at < AHEAD_MS);
  }
}
