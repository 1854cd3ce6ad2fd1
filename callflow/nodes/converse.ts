import type { ConverseNode, Variables } from '../../contract/flow.js';
import type { ConverseCommand } from '../commands.js';
import { LIMITS } from '../limits.js';
import { fillText } from '../template.js';
import { assign, own } from '../values.js';
import { missedTarget, noInputMs } from './ask.js';
import type { NodeKind, Visit } from './node.js';
import { holdOf, languageOf } from './speech.js';

const MAX_TURNS = 20;
const HOLD_MS = 3_000;

export const converse: NodeKind<ConverseNode> = {
  arrive: ({ flow, node, state, id }) => ({
    kind: 'converse',
    ...id,
    goal: fillText(node.goal, state.vars, LIMITS.goalSize),
    ...(node.say !== undefined && { say: fillText(node.say, state.vars) }),
    ...languageOf(flow, node),
    tools: tools(node, state.vars),
    collect: Object.fromEntries(
      Object.entries(node.collect ?? {}).map(([name, description]) => [
        name,
        { type: own(flow.vars, name)?.type ?? 'string', description },
      ]),
    ),
    exits: node.exits,
    maxTurns: node.maxTurns ?? MAX_TURNS,
    noInputMs: noInputMs(flow, node),
    ...holdOf(node, state.vars, HOLD_MS),
  }),
  leave(visit, event) {
    if (event.kind === 'failed') return left(visit, 'unavailable', event.detail);
    if (event.kind !== 'conversed') return undefined;
    const { outcome, detail = 'No language model is configured, or it failed.', collected } = event;
    return left(visit, outcome, detail, collected);
  },
};

/** Each tool gets the variables that its request may name; the model's arguments join them when it calls. */
const tools = (node: ConverseNode, vars: Variables): ConverseCommand['tools'] =>
  Object.fromEntries(
    Object.entries(node.tools ?? {}).map(([name, { description, args = {}, request }]) => [
      name,
      { description, args, request, vars },
    ]),
  );

function left({ flow, node, state }: Visit<ConverseNode>, said: string, why: string, collected: Variables = {}) {
  const outcome = Object.hasOwn(node.exits, said) || said === 'turnLimit' || said === 'noInput' ? said : 'unavailable';
  const to = outcome === 'noInput' ? missedTarget(flow, node, 'noInput') : own(node.on, outcome);
  return {
    to: to ?? null,
    outcome,
    vars: keep(flow, node, state.vars, collected),
    ...(outcome === 'unavailable' && { reason: 'llm-failed' as const, detail: why }),
    ...(outcome === 'noInput' && { reason: 'silence-timeout' as const, detail: 'The caller said nothing.' }),
  };
}

/** What a model collected is taken as far as it fits: one odd value must not cost the others. */
function keep(flow: Visit['flow'], node: ConverseNode, vars: Variables, collected: Variables): Variables {
  return Object.keys(node.collect ?? {}).reduce((kept, name) => {
    const value = own(collected, name);
    const assigned = value === undefined || value === null ? undefined : assign(flow, kept, { [name]: value });
    return assigned && 'vars' in assigned ? assigned.vars : kept;
  }, vars);
}
