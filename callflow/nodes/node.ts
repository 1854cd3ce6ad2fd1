import type { Flow, FlowNode, Target, Variables } from '../../contract/flow.js';
import type { FlowEndReason, FlowEvent, FlowState, NodeCommand } from '../commands.js';

/** One visit of a node. `state` is already in the node. */
export interface Visit<N extends FlowNode = FlowNode> {
  flow: Flow;
  node: N;
  state: FlowState;
  /** What each command of this visit begins with. */
  id: { node: string; nodeRunId: string };
}

/** Where the flow goes. `outcome`, `reason` and `detail` count when there is no next node: the flow ends there. */
export interface Move {
  to: Target;
  vars?: Variables;
  /** When the same node is visited once more, since the caller was not understood. */
  asked?: FlowState['asked'];
  outcome?: string;
  reason?: FlowEndReason;
  detail?: string;
}

/** What a node does when the flow gets there, and when its result is known. */
export interface NodeKind<N extends FlowNode> {
  /** A silent node moves on by itself. */
  arrive(visit: Visit<N>): NodeCommand | Move;
  /** Undefined when the event is not one of this node's. */
  leave?(visit: Visit<N>, event: FlowEvent): Move | undefined;
}

/** An end that the flow's author did not write. */
export const fail = (reason: FlowEndReason, detail: string): Move => ({ to: null, outcome: 'failed', reason, detail });
