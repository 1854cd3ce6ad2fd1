import type { Variables } from './flow.js';

/** Metadata of a LiveKit dispatch. `greeting` lets the job synthesise its first words before it is told to start. */
export interface DispatchMetadata {
  callId: string;
  attempt: number;
  greeting?: string;
  language?: string;
}

/** Which job an activity is for, and which visit of which node. */
export interface AgentAddress {
  callId: string;
  attempt: number;
  jobId: string;
}

export interface Say extends AgentAddress {
  /** Names one visit of a node: the same id again re-attaches to what is still being said. */
  nodeRunId: string;
  text: string;
  language?: string;
  /** Longest wait for the first audio to be played. Milliseconds. */
  silenceMs: number;
  /** The next words, if the flow knows them, to be synthesised meanwhile. */
  upcoming?: string;
}

export interface Said {
  /** Milliseconds of audio that were played. */
  playedMs: number;
  /** Milliseconds from the command to the first audio. */
  firstAudioMs: number;
}

export interface StartFlow extends AgentAddress {
  flowId: string;
  org: string;
  room: string;
  variables: Variables;
  /** True on a replacement agent. */
  resumed: boolean;
  /** Spoken as part of the start, which saves the first words a round trip. */
  greeting?: Say;
}

export interface FlowStarted {
  session: string;
  streaming: boolean;
  hasGreeting: boolean;
  /** What became of the greeting. */
  said?: Said;
}

/** Activities that an agent host serves on its own task queue. */
export interface AgentActivities {
  startFlow(command: StartFlow): Promise<FlowStarted>;
  say(command: Say): Promise<Said>;
  /** Tells the job that the call is over; it leaves the room. */
  dismiss(command: AgentAddress & { reason: string }): Promise<void>;
}

/** `type` of the ApplicationFailures that agent activities end with. */
export const AGENT_FAILURES = {
  /** The job's process is gone, or the host does not know it. Evidence, not suspicion. */
  lost: 'AgentLost',
  /** The speech provider failed. */
  tts: 'TtsFailed',
  /** The job lives, but the caller hears nothing of it. */
  silent: 'AgentSilent',
} as const;

/** `type` of the ApplicationFailure of a dispatch into a room that is not there any more. */
export const ROOM_GONE = 'RoomGone';
