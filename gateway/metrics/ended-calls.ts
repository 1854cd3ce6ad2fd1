import type { CallView } from '../../contract/index.js';
import type { Calls, Unreadable } from '../calls/port.js';

/** Visibility tells of an end a moment later, and its clock is not ours. Milliseconds. */
const OVERLAP_MS = 60_000;

type Read = Calls['endedSince'];

/** Each call that has ended since this began, once, however late Temporal's visibility tells of it. */
export class EndedCalls {
  /** Calls already given out, with the moment of it. Milliseconds since the epoch. */
  private readonly known = new Map<string, number>();
  private since: number;
  private reading: Promise<CallView[]> | undefined;

  constructor(
    private readonly read: Read,
    private readonly unreadable: Unreadable,
    private readonly began = Date.now(),
  ) {
    this.since = began;
  }

  /** Those since the last time. Asked twice at once, both get the same: the second has nothing of its own to add. */
  async next(): Promise<CallView[]> {
    if (this.reading) return this.reading.then(() => []);
    this.reading = this.readOnce();
    try {
      return await this.reading;
    } finally {
      this.reading = undefined;
    }
  }

  private async readOnce(): Promise<CallView[]> {
    const now = Date.now();
    const ended = await this.read(this.since, new Set(this.known.keys()), (callId, error) => {
      this.known.set(callId, now); // not counted, and not tried again
      this.unreadable(callId, error);
    });
    for (const { callId } of ended) this.known.set(callId, now);
    this.since = Math.max(this.began, now - OVERLAP_MS);
    for (const [callId, at] of this.known) if (at < this.since - OVERLAP_MS) this.known.delete(callId);
    return ended;
  }
}
