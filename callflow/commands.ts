import type { Variables } from '../contract/flow.js';

/** What survives from one step to the next. Plain, small JSON: it lives in workflow memory and in test fixtures. */
export interface FlowState {
  /** The node that the flow is in; null once it has ended. */
  node: string | null;
  /** How many nodes were visited; part of each `nodeRunId`. */
  runs: number;
  vars: Variables;
}

interface NodeCommand {
  node: string;
  /** Unique per visit of a node. */
  nodeRunId: string;
}

export interface SayCommand extends NodeCommand {
  kind: 'say';
  text: string;
  language?: string;
  /** The text spoken after this one, when no answer decides it. */
  upcoming?: string;
}

/** The flow is over. */
export interface EndCommand {
  kind: 'end';
  /** The flow's own word for how it went. */
  outcome: string;
  reason: 'completed';
}

/** What whoever drives the flow does next. */
export type Command = SayCommand | EndCommand;

/** What came of the last command. */
export type FlowEvent = { kind: 'said' };

export interface Step {
  state: FlowState;
  command: Command;
}
