import type { Flow, Variables } from '../contract/flow.js';
import type { FlowEvent, FlowState, NodeCommand, Step } from './commands.js';
import { LIMITS } from './limits.js';
import { kindOf } from './nodes/index.js';
import type { Move, Visit } from './nodes/node.js';
import { fail } from './nodes/node.js';
import { own } from './values.js';

export type * from './commands.js';

/** Pure: the same flow, state and event give the same step, in the workflow, the simulator and tests. */
export const start = (flow: Flow, variables: Variables): Step =>
  lookAhead(flow, follow(flow, { node: null, runs: 0, vars: variables }, { to: flow.start }));

/** Takes what came of the last command and says what to do next. After the end it says `end` again. */
export const step = (flow: Flow, state: FlowState, event: FlowEvent): Step =>
  lookAhead(flow, advance(flow, state, event));

function advance(flow: Flow, state: FlowState, event: FlowEvent): Step {
  const visit = visitOf(flow, state);
  if (!visit) return end(flow, state, { to: null });
  const move = kindOf(visit.node).leave?.(visit, event);
  return follow(flow, state, move ?? fail('orchestrator-error', `a "${event.kind}" does not fit here`));
}

/** Moves on, through silent nodes, to the next command. A validated flow never goes through a silent node twice. */
function follow(flow: Flow, from: FlowState, first: Move): Step {
  let state = from;
  let move = first;
  for (let hops = Object.keys(flow.nodes).length; move.to !== null; hops--) {
    if (hops < 0) return end(flow, state, fail('orchestrator-error', 'branch and set nodes lead in a circle'));
    if (state.runs >= LIMITS.visits)
      return end(flow, state, fail('orchestrator-error', `${LIMITS.visits} nodes were visited: does the flow loop?`));
    state = {
      node: move.to,
      runs: state.runs + 1,
      vars: move.vars ?? state.vars,
      ...(move.asked && { asked: move.asked }),
    };
    const visit = visitOf(flow, state);
    if (!visit) return end(flow, state, fail('orchestrator-error', 'there is no such node'));
    const arrived = kindOf(visit.node).arrive(visit);
    if ('kind' in arrived) return { state, command: arrived };
    move = arrived;
  }
  return end(flow, state, move);
}

function visitOf(flow: Flow, state: FlowState): Visit | undefined {
  const node = state.node === null ? undefined : own(flow.nodes, state.node);
  if (state.node === null || !node) return undefined;
  return { flow, node, state, id: { node: state.node, nodeRunId: `${state.runs}-${state.node}` } };
}

function end(flow: Flow, { node, runs, vars }: FlowState, move: Move): Step {
  const { outcome = 'completed', reason = 'completed', detail } = move;
  const where = node === null ? `Flow "${flow.id}"` : `Node "${node}" of flow "${flow.id}"`;
  return {
    state: { node: null, runs, vars: move.vars ?? vars },
    command: { kind: 'end', outcome, reason, ...(detail !== undefined && { detail: `${where}: ${detail}` }) },
  };
}

/** How many commands ahead the next words are looked for. */
const AHEAD = 5;

/** Adds to a `say` the words that follow it, when no answer decides them: they are synthesised meanwhile. */
function lookAhead(flow: Flow, now: Step): Step {
  if (now.command.kind !== 'say') return now;
  let next = now;
  for (let hops = 0; hops < AHEAD; hops++) {
    const event = next.command.kind === 'end' ? undefined : foreseeable(next.command);
    if (!event) return now;
    next = advance(flow, next.state, event);
    const upcoming = next.command.kind === 'end' ? undefined : wordsOf(next.command);
    if (upcoming !== undefined) return { ...now, command: { ...now.command, upcoming } };
  }
  return now;
}

function foreseeable(command: NodeCommand): FlowEvent | undefined {
  if (command.kind === 'say') return { kind: 'said' };
  if (command.kind === 'wait') return { kind: 'waited' };
  return command.kind === 'emit' ? { kind: 'emitted' } : undefined;
}

/** What a command begins with saying, if it does. */
export function wordsOf(command: NodeCommand): string | undefined {
  if (command.kind === 'say') return command.text;
  if (command.kind === 'ask') return command.prompt;
  return command.kind === 'converse' ? command.say : undefined;
}
