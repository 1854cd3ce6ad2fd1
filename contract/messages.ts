import type { Chat } from './converse.js';
import type { EndedBy } from './ended.js';
import type { Stage } from './stages.js';

/** A worker has taken the job. Renewed every 2 s until the job is ready. */
export interface AgentAccepted {
  attempt: number;
  jobId: string;
  hostId: string;
  /** How many jobs wait for a warm process before this one. */
  queued: number;
  /** In the room, where it is not `agent-<attempt>`: own agents. */
  identity?: string;
}

/** The job is connected, its handlers are registered and its providers have proven that they can speak. */
export interface AgentReady {
  attempt: number;
  jobId: string;
  hostId: string;
  identity: string;
  protocol: number;
  /** Milliseconds, measured on the host from its acceptance of the job. */
  timings: { launched?: number; connected?: number; ready?: number };
  /** The caller's session, when the caller is in the room: spares a `roomEvent`. `at` as there. */
  caller?: { sid: string; at: number };
}

/** The job gave up, or its process is gone. */
export interface AgentFailed {
  attempt: number;
  jobId: string;
  error: string;
  /** Of the conversation that it was in. */
  chat?: Chat;
}

/** LiveKit's word for why a phone is not in the room any more. */
export type PhoneLeft = 'unavailable' | 'rejected' | 'trunk-failed';

/** Among LiveKit's DisconnectReasons: USER_UNAVAILABLE, USER_REJECTED, SIP_TRUNK_FAILURE. */
export const PHONE_LEFT: Readonly<Record<number, PhoneLeft>> = {
  11: 'unavailable',
  12: 'rejected',
  13: 'trunk-failed',
};

/** Who is in the room; the same shape from host, webhooks and janitor, and idempotent. */
export type RoomEvent =
  | {
      kind: 'joined' | 'left';
      identity: string;
      /** The participant's server-side id: a late `left` of an old session changes nothing. */
      sid: string;
      /** Milliseconds since the epoch. */
      at: number;
      /** `left` only: the participant asked to leave, so nobody waits for it to come back. */
      intentional?: boolean;
      /** `left` only, of a phone that was called: why its line was given up. */
      phone?: PhoneLeft;
    }
  | { kind: 'room-finished'; at: number };

export interface Hangup {
  by: EndedBy;
  reason?: string;
}

export interface AwaitStage {
  stage: Stage;
}

/** Names as they stand in the Temporal Web UI. */
export const MESSAGES = {
  agentAccepted: 'agentAccepted',
  agentReady: 'agentReady',
  agentFailed: 'agentFailed',
  roomEvent: 'roomEvent',
  talked: 'talked',
  hangup: 'hangup',
  transfer: 'transfer',
  awaitStage: 'awaitStage',
  ownReady: 'ownReady',
  ownCheckpoint: 'ownCheckpoint',
  ownDone: 'ownDone',
  remoteWords: 'remoteWords',
  view: 'view',
} as const;

/** Protocol between workflow and agent host; a host that speaks another is not started on. */
export const AGENT_PROTOCOL = 1;
