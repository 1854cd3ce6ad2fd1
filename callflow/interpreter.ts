import type { Flow, FlowNode, Variables } from '../contract/flow.js';
import type { FlowEvent, FlowState, Step } from './commands.js';
import { fillText } from './template.js';

export type { Command, EndCommand, FlowEvent, FlowState, SayCommand, Step } from './commands.js';

/** Pure: the same flow, state and event give the same step, in the workflow, the simulator and tests. */
export function start(flow: Flow, variables: Variables): Step {
  return enter(flow, { node: null, runs: 0, vars: variables }, flow.start);
}

/** Takes the result of the last command and says what to do next. */
export function step(flow: Flow, state: FlowState, event: FlowEvent): Step {
  const node = state.node === null ? undefined : flow.nodes[state.node];
  switch (event.kind) {
    case 'said':
      return node?.type === 'say' ? enter(flow, state, node.next) : end(state, node);
  }
}

function enter(flow: Flow, from: FlowState, name: string | null): Step {
  const node = name === null ? undefined : flow.nodes[name];
  if (name === null || !node) return end(from);
  const state: FlowState = { ...from, node: name, runs: from.runs + 1 };
  const text = spoken(node);
  if (text === undefined) return end(state, node);
  const language = flow.defaults?.language;
  const next = node.type === 'say' && node.next !== null ? flow.nodes[node.next] : undefined;
  const upcoming = next && spoken(next);
  return {
    state,
    command: {
      kind: 'say',
      node: name,
      nodeRunId: `${state.runs}-${name}`,
      text: fillText(text, state.vars),
      ...(language !== undefined && { language }),
      ...(upcoming !== undefined && { upcoming: fillText(upcoming, state.vars) }),
    },
  };
}

const spoken = (node: FlowNode): string | undefined => (node.type === 'say' ? node.text : node.say);

const end = (state: FlowState, node?: FlowNode): Step => ({
  state: { ...state, node: null },
  command: {
    kind: 'end',
    outcome: (node?.type === 'hangup' ? node.outcome : undefined) ?? 'completed',
    reason: 'completed',
  },
});
