import { CALLER_IDENTITY } from '../contract/index.js';
import type { RoomEvent } from '../contract/index.js';

type Presence = Extract<RoomEvent, { kind: 'joined' | 'left' }>;

/**
 * Who is in the room, from events that come twice, late or out of order: each session of a participant has its own
 * `sid`, and a session that left never comes back.
 */
export class Participants {
  roomFinished = false;
  /** The caller has been in the room at least once. */
  callerSeen = false;
  /** The caller's last departure was asked for, not a lost connection. */
  callerLeftOnPurpose = false;
  private readonly here = new Map<string, string>();
  private readonly gone = new Set<string>();
  private readonly seen = new Set<string>();

  apply(event: Presence): void {
    if (event.kind === 'left') {
      this.here.delete(event.sid);
      this.gone.add(event.sid);
      if (event.identity === CALLER_IDENTITY) this.callerLeftOnPurpose = event.intentional === true;
    } else if (!this.gone.has(event.sid)) {
      this.here.set(event.sid, event.identity);
      this.seen.add(event.identity);
    }
    if (event.identity === CALLER_IDENTITY) this.callerSeen = true;
  }

  has = (identity: string): boolean => [...this.here.values()].includes(identity);

  /** Was in the room and is not any more. */
  hasLeft = (identity: string): boolean => this.seen.has(identity) && !this.has(identity);

  get caller(): boolean {
    return this.has(CALLER_IDENTITY);
  }
}
