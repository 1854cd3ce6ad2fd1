import type { Chat, Conversed, ConverseTask } from './converse.js';
import type { Variables } from './flow.js';

/** Metadata of a LiveKit dispatch. `greeting` lets the job synthesise its first words before it is told to start. */
export interface DispatchMetadata {
  callId: string;
  attempt: number;
  greeting?: string;
  /** The greeting, where what is kept is encrypted. */
  sealed?: string;
  language?: string;
  /** Identity of the caller in the room. Default: CALLER_IDENTITY. */
  caller?: string;
  /** W3C Trace Context of the dispatch, where the call is traced. */
  traceparent?: string;
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
  /** A key or typed text of the caller, or their voice where it is listened to, cuts it short. Default false. */
  interruptible?: boolean;
}

export interface Said {
  /** Milliseconds of audio that were played: what was still queued when it was cut short does not count. */
  playedMs: number;
  /** Milliseconds from the command to the first audio. */
  firstAudioMs: number;
  /** The caller cut it short. */
  interrupted?: true;
}

/** What answers an `ask`. `yes-no` arrives as a choice. */
export type ExpectedAnswer =
  | { kind: 'choice'; options: Record<string, string[]>; dtmf: Record<string, string> }
  | {
      kind: 'digits';
      minLength: number;
      maxLength: number;
      terminator: '#' | '*';
      /** Pause after the last key that ends the entry. */
      timeoutMs: number;
    }
  | { kind: 'text'; maxLength: number };

/** Speak the prompt, then wait for whichever answers first: keys, typed text or speech. */
export interface Ask extends AgentAddress {
  /** Names one visit of a node: the same id again re-attaches to what is still being asked. */
  nodeRunId: string;
  prompt: string;
  language?: string;
  /** An answer may come before the prompt is over, or shortly before it began; then the prompt stops. */
  interruptible: boolean;
  expect: ExpectedAnswer;
  /** Silence after the prompt that counts as no input. Milliseconds. */
  noInputMs: number;
  /** Longest wait for the first audio of the prompt to be played. Milliseconds. */
  silenceMs: number;
  /** Prompts that may follow, to be synthesised meanwhile. */
  reprompts: string[];
}

export type AnswerVia = 'speech' | 'keypad' | 'typed';

/** `heard`: the keys, the text, or the words as recognised; empty for speech that was not understood. */
export type Asked =
  | { kind: 'answered'; value: string; via: AnswerVia; heard: string }
  | { kind: 'noMatch'; via: AnswerVia; heard: string }
  | { kind: 'noInput' };

/** Talk with the caller, led by a language model, until it takes an exit. */
export interface Converse extends AgentAddress, ConverseTask {
  /** Names one visit of a node: the same id again re-attaches to the conversation that goes on. */
  nodeRunId: string;
  /** Longest wait for the first audio of a sentence to be played. Milliseconds. */
  silenceMs: number;
  /** What a lost agent left: the conversation goes on from there. */
  chat?: Chat;
}

export interface StartFlow extends AgentAddress {
  flowId: string;
  org: string;
  room: string;
  variables: Variables;
  /** True on a replacement agent. */
  resumed: boolean;
  /** What a flow's own backend said to its start. */
  remote?: Omit<FlowStarted, 'said'>;
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
  ask(command: Ask): Promise<Asked>;
  /** Heartbeats with the Chat. @throws ApplicationFailure with the Chat as its first detail when the job is lost */
  converse(command: Converse): Promise<Conversed>;
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
  /** Anything else that the job did not expect. */
  job: 'JobFailed',
} as const;

/** `type` of the ApplicationFailure of a dispatch into a room that is not there any more. */
export const ROOM_GONE = 'RoomGone';

/** `type` of the ApplicationFailures that an `http` node's request ends with after its retries. */
export const HTTP_FAILURES = {
  /** The server answered, but as if it might do better later: its status is the failure's first detail. */
  status: 'HttpStatus',
  timeout: 'HttpTimeout',
  /** Nobody answered: refused, reset, no such host. */
  network: 'HttpUnreachable',
  /** Not sent, or the answer is of no use; the same again would change nothing. */
  refused: 'HttpRefused',
} as const;
