import { ApplicationFailure } from '@temporalio/common';
import { ownAgentActivities } from '../../activities/own-agent.js';
import type { CallActivities, HttpActivities, RoomSeen } from '../../activities/types.js';
import type { DispatchMetadata } from '../../contract/index.js';
import { agentIdentity, HTTP_FAILURES, ROOM_GONE } from '../../contract/index.js';
import { answers, ScriptedLine } from './scripted-phone.js';
import type { PhoneScript, ReferScript } from './scripted-phone.js';

export type LiveKitActivities = Omit<CallActivities, 'reconcile' | 'compareCalls'>;
export type Operation = keyof Omit<LiveKitActivities, 'ownAgent'>;

/** What one request to LiveKit comes to; `work` is what it was asked to do. */
export type Answer = (work: () => Promise<void>, released: Promise<void>) => Promise<void>;

const unavailableError = () => ApplicationFailure.create({ message: 'LiveKit answered 503', type: 'LiveKitError' });

export const works: Answer = (work) => work();
/** 5xx: Temporal asks again. */
export const unavailable: Answer = () => Promise.reject(unavailableError());
/** 4xx: nobody asks again. */
export const refuses: Answer = () =>
  Promise.reject(ApplicationFailure.nonRetryable('LiveKit answered 401 unauthenticated', 'LiveKitError'));
/** Never answers, and nothing happens. */
export const hangs: Answer = (_work, released) => released;
/** Does it, but the answer is lost. */
export const worksUnheard: Answer = async (work) => {
  await work();
  throw unavailableError();
};
/** Does it when told to. */
export const worksAfter =
  (gate: Promise<void>): Answer =>
  (work, released) =>
    Promise.race([gate.then(work), released]);
/** Does it at once, and answers when told to. */
export const answersAfter =
  (gate: Promise<void>): Answer =>
  async (work, released) => {
    await work();
    await Promise.race([gate, released]);
  };
export const always = (answer: Answer): Answer[] => Array.from({ length: 100 }, () => answer);

/** The answers of each operation in turn; afterwards it works. */
export type LiveKitScript = Partial<Record<Operation, Answer[]>>;

export interface Remains {
  room: boolean;
  dispatches: number[];
  participants: string[];
}

export const NOTHING: Remains = { room: false, dispatches: [], participants: [] };

/** LiveKit as one call sees it: a room with dispatches and participants, and a log of what was asked. */
export class ScriptedRoom {
  readonly log: string[] = [];
  readonly dispatched: number[] = [];
  /** What each dispatched agent was told. */
  readonly metadata: DispatchMetadata[] = [];
  /** The caller's session in the room. */
  callerSid: string | undefined;
  /** The phone that was dialled. */
  line: ScriptedLine | undefined;
  dials = 0;
  refers = 0;
  private exists = false;
  private readonly dispatches = new Set<number>();
  private readonly participants = new Set<string>();

  constructor(
    private readonly script: LiveKitScript,
    private readonly released: Promise<void>,
    private readonly on: {
      roomCreated(): Promise<void>;
      dialled?: PhoneScript | undefined;
      referred?: ReferScript | undefined;
      dispatched(metadata: DispatchMetadata): Promise<void>;
    },
  ) {}

  get remains(): Remains {
    const phone = this.line ? ['phone'] : [];
    const participants = [...this.participants, ...phone];
    return { room: this.exists, dispatches: [...this.dispatches], participants };
  }

  /** A join makes the room, whether or not anyone wanted it: LiveKit's `auto_create`. */
  join(identity: string): void {
    this.exists = true;
    this.participants.add(identity);
  }

  leave(identity: string): void {
    this.participants.delete(identity);
  }

  /** The room is gone, and nobody of ours asked for it. */
  vanish(): void {
    this.exists = false;
    this.dispatches.clear();
    this.participants.clear();
    this.callerSid = undefined;
    this.line?.end();
  }

  /** LiveKit SIP joins the room, which makes it when it is not there, and calls. */
  async dialled(): Promise<ScriptedLine> {
    this.log.push('dial');
    this.dials += 1;
    const line = new ScriptedLine(this);
    this.line = line;
    this.exists = true;
    try {
      await Promise.race([(this.on.dialled ?? answers)(line), line.gone]);
      return line;
    } catch (error) {
      // An answer that was lost says nothing of the line.
      if (!(error instanceof TypeError)) line.end();
      throw error;
    }
  }

  async referred(): Promise<void> {
    this.log.push('refer');
    this.refers += 1;
    const line = this.line!;
    // LiveKit answers, too, when the line goes meanwhile.
    await Promise.race([this.on.referred?.(line), line.gone]);
  }

  /** Like the real one: a room that is there is answered as it is, and its agent was dispatched when it was made. */
  async createRoom(first?: DispatchMetadata): Promise<void> {
    await this.answer('createRoom', 'createRoom', async () => {
      const made = !this.exists;
      this.exists = true;
      await this.on.roomCreated();
      if (!made || !first) return;
      this.log.push(`dispatchAgent ${first.attempt}`);
      await this.dispatch(first);
    });
  }

  async takeRoomOver(): Promise<void> {
    await this.answer('takeRoomOver', 'takeRoomOver', async () => {
      if (!this.exists) throw ApplicationFailure.nonRetryable('the room is gone', ROOM_GONE);
    });
  }

  async deleteRoom(): Promise<void> {
    await this.answer('deleteRoom', 'deleteRoom', async () => this.vanish());
  }

  async lookAtRoom(): Promise<RoomSeen> {
    await this.answer('lookAtRoom', 'lookAtRoom', async () => undefined);
    const { callerSid, exists } = this;
    const sid = callerSid ?? this.line?.sid;
    return { exists, identities: [...this.participants], ...(sid && { callerSid: sid }) };
  }

  /** Like the real one: asking again for the same attempt finds the dispatch that is there. */
  async dispatchAgent(metadata: DispatchMetadata): Promise<void> {
    const { attempt } = metadata;
    await this.answer('dispatchAgent', `dispatchAgent ${attempt}`, async () => {
      if (this.dispatches.has(attempt)) return;
      this.exists = true;
      await this.dispatch(metadata);
    });
  }

  private async dispatch(metadata: DispatchMetadata): Promise<void> {
    this.dispatches.add(metadata.attempt);
    this.dispatched.push(metadata.attempt);
    this.metadata.push(metadata);
    await this.on.dispatched(metadata);
  }

  async withdrawAgent(attempt: number, identity = agentIdentity(attempt)): Promise<void> {
    await this.answer('withdrawAgent', `withdrawAgent ${attempt}`, async () => {
      this.dispatches.delete(attempt);
      this.participants.delete(identity);
    });
  }

  private answer(operation: Operation, entry: string, work: () => Promise<void>): Promise<void> {
    this.log.push(entry);
    const answer = this.script[operation]?.shift() ?? works;
    return answer(work, this.released);
  }
}

/** The activities of the `calls` queue, over the scripted room of each call. */
export const scriptedLiveKit = (roomOf: (room: string) => ScriptedRoom): LiveKitActivities => ({
  createRoom: ({ room, dispatch }) => roomOf(room).createRoom(dispatch?.metadata),
  takeRoomOver: ({ room }) => roomOf(room).takeRoomOver(),
  deleteRoom: ({ room }) => roomOf(room).deleteRoom(),
  lookAtRoom: ({ room }) => roomOf(room).lookAtRoom(),
  dispatchAgent: ({ room, metadata }) => roomOf(room).dispatchAgent(metadata),
  withdrawAgent: ({ room, attempt, identity }) => roomOf(room).withdrawAgent(attempt, identity),
  ...ownAgentActivities,
});

/** Whom flows send requests to: nobody is there, or, under `/hangs`, never answers. */
export const scriptedOutside = (released: Promise<void>): HttpActivities => ({
  async sendRequest({ request }) {
    if (String(request.url).endsWith('/hangs')) await released;
    throw ApplicationFailure.nonRetryable('connection refused', HTTP_FAILURES.network);
  },
});
