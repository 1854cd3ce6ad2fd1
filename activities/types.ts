import type { DispatchMetadata } from '../contract/index.js';

/** Activities on the `calls` queue. Each is idempotent: Temporal may run it again when an answer was lost. */
export interface CallActivities {
  createRoom(room: { room: string; callId: string; org: string }): Promise<void>;
  /** Deletes the room and everything in it. A room that is gone already counts as deleted. */
  deleteRoom(room: { room: string }): Promise<void>;
  /** Who LiveKit says is there: what settles a hint that someone or the room is gone. */
  lookAtRoom(room: { room: string }): Promise<{ exists: boolean; identities: string[] }>;
  /** Dispatches the agent of one attempt, at most once per attempt. */
  dispatchAgent(dispatch: { room: string; agentName: string; metadata: DispatchMetadata }): Promise<void>;
  /** Puts right what calls could not: see `reconcile.ts`. */
  reconcile(options: { olderThanMs: number }): Promise<Reconciled>;
  /** Removes one attempt's dispatch and its agent from the room. */
  withdrawAgent(dispatch: { room: string; attempt: number }): Promise<void>;
}

export interface Reconciled {
  /** Rooms of calls that are over. */
  deleted: string[];
  /** Open calls whose room is not there: told so, they look themselves. */
  hinted: string[];
}
