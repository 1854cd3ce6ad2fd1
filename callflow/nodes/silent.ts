import type { BranchNode, SetNode, Variables } from '../../contract/flow.js';
import { evaluate, isTrue } from '../expression.js';
import { fillJson } from '../template.js';
import { assign } from '../values.js';
import type { NodeKind } from './node.js';
import { fail } from './node.js';

export const branch: NodeKind<BranchNode> = {
  arrive({ node, state }) {
    const taken = node.cases.find(({ when }) => isTrue(when, state.vars));
    return { to: taken ? taken.goto : node.else };
  },
};

export const set: NodeKind<SetNode> = {
  /** All values see the variables as they were, so the order of the file does not matter. */
  arrive({ flow, node, state }) {
    const computed = Object.entries(node.compute ?? {}).map(([name, source]) => [name, evaluate(source, state.vars)]);
    const values = { ...(fillJson(node.values ?? {}, state.vars) as Variables), ...Object.fromEntries(computed) };
    const result = assign(flow, state.vars, values);
    return 'misfit' in result ? fail('orchestrator-error', result.misfit) : { to: node.next, vars: result.vars };
  },
};
