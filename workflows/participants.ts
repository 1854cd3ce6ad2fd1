import { CALLER_IDENTITY } from '../contract/index.js';
import type { PhoneLeft, RoomEvent } from '../contract/index.js';

type Presence = Extract<RoomEvent, { kind: 'joined' | 'left' }>;

/**
 * Who is in the room, from events that come twice, late or out of order: each session of a participant has its own
 * `sid`, and a session that left never comes back, unless LiveKit lists it. The caller is counted; of agents and the
 * room itself only hints that they are gone are kept, for `lookAtRoom` to settle.
 */
export class Participants {
  /** Someone said that the room is gone. */
  roomFinished = false;
  /** The caller has been in the room at least once. */
  callerSeen = false;
  /** Why LiveKit gave up the line of a phone that was called. */
  phoneLeft: PhoneLeft | undefined;
  /** Agents that someone said have left. */
  readonly agentsLeft = new Set<string>();
  private readonly callerHere = new Set<string>();
  private readonly callerGone = new Set<string>();
  private readonly leftOnPurpose = new Set<string>();
  private lastGone = '';

  /** @param callerIdentity who counts as the caller */
  constructor(private readonly callerIdentity: string = CALLER_IDENTITY) {}

  apply(event: Presence): void {
    if (event.identity === this.callerIdentity) this.applyCaller(event);
    else if (event.kind === 'left') this.agentsLeft.add(event.identity);
  }

  private applyCaller({ kind, sid, intentional, phone }: Presence): void {
    this.callerSeen = true;
    if (phone) this.phoneLeft = phone;
    if (kind === 'left') {
      this.callerHere.delete(sid);
      if (!this.callerGone.has(sid)) this.lastGone = sid;
      this.callerGone.add(sid);
      // Several tell of the same departure, and not all of them know why.
      if (intentional) this.leftOnPurpose.add(sid);
    } else if (!this.callerGone.has(sid)) this.callerHere.add(sid);
  }

  /** LiveKit itself lists a session that someone said had left. An agent whose own line broke tells so of everybody. */
  callerListed(sid: string): void {
    this.callerGone.delete(sid);
    this.callerHere.add(sid);
  }

  /** Someone said that this session had left, by a lost connection. */
  saidLost(sid: string): boolean {
    return this.callerGone.has(sid) && !this.leftOnPurpose.has(sid);
  }

  /** LiveKit does not list the caller, and nobody has told of a departure. */
  callerMissing(): void {
    const identity = this.callerIdentity;
    for (const sid of [...this.callerHere]) this.applyCaller({ kind: 'left', identity, sid, at: 0 });
  }

  /** The caller's last departure was asked for, not a lost connection. */
  get callerLeftOnPurpose(): boolean {
    return this.leftOnPurpose.has(this.lastGone);
  }

  get caller(): boolean {
    return this.callerHere.size > 0;
  }
}
