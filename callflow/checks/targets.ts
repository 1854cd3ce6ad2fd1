import { NOTEBOOK } from '../../contract/converse.js';
import type { AskNode, ConverseNode, Flow, FlowNode } from '../../contract/flow.js';
import { edgesOf, outcomesOf } from '../edges.js';
import type { FlowError, Path } from './errors.js';
import { flowError } from './errors.js';
import { checkExpect } from './expect.js';

/** Every target is a node, every outcome leads somewhere. `names`: all nodes of the file, sound or not. */
export function checkTargets(flow: Flow, names: ReadonlySet<string>): FlowError[] {
  const nodes = Object.entries(flow.nodes);
  const edges = [
    { to: flow.start, path: ['start'] as Path },
    ...(['noInput', 'noMatch'] as const).flatMap((missed) => {
      const to = flow.defaults?.[missed]?.goto;
      return to ? [{ to, path: ['defaults', missed, 'goto'] as Path }] : [];
    }),
    ...nodes.flatMap(([name, node]) => edgesOf(flow, name, node).filter(({ path }) => path[0] === 'nodes')),
  ];
  return [
    ...edges.flatMap(({ to, path }) =>
      to === null || names.has(to) ? [] : [flowError(path, `there is no node "${to}"`)],
    ),
    ...nodes.flatMap(([name, node]) => [
      ...checkOutcomes(flow, name, node),
      ...(node.type === 'ask' ? checkAnswers(flow, node, ['nodes', name, 'expect']) : []),
      ...(node.type === 'converse' ? checkFunctions(node, ['nodes', name]) : []),
    ]),
  ];
}

function checkOutcomes(flow: Flow, name: string, node: FlowNode): FlowError[] {
  const outcomes = outcomesOf(node);
  if (!outcomes || !('on' in node)) return [];
  const { required, optional } = outcomes;
  const handled = new Set(edgesOf(flow, name, node).map(({ outcome }) => outcome));
  const missing = required.filter((outcome) => !handled.has(outcome));
  const unknown = Object.keys(node.on).filter((outcome) => !required.includes(outcome) && !optional.test(outcome));
  const missed = '; or set a goto in the node or in the defaults';
  return [
    ...missing.map((outcome) =>
      flowError(
        ['nodes', name, 'on'],
        `outcome "${outcome}" is not handled: add it, with a node or null${/^no(Input|Match)$/.test(outcome) ? missed : ''}`,
      ),
    ),
    ...unknown.map((outcome) =>
      flowError(['nodes', name, 'on', outcome], `this node never ends with "${outcome}", only ${required.join(', ')}`),
    ),
  ];
}

const checkAnswers = (flow: Flow, { expect, language }: AskNode, at: Path): FlowError[] => [
  ...(expect.kind === 'choice' ? taken(expect.options, [...at, 'options']) : []),
  ...checkExpect(expect, language ?? flow.defaults?.language, at),
];

/** Outcomes that a node has by itself cannot be the author's as well. */
const taken = (named: Record<string, unknown>, at: Path): FlowError[] =>
  Object.keys(named)
    .filter((name) => ['noInput', 'noMatch', 'turnLimit', 'unavailable'].includes(name))
    .map((name) => flowError([...at, name], 'this name is taken, use another'));

/** The model calls tools and exits alike, by their names. */
const checkFunctions = ({ tools = {}, exits }: ConverseNode, at: Path): FlowError[] => [
  ...taken(exits, [...at, 'exits']),
  ...Object.keys(tools)
    .filter((name) => Object.hasOwn(exits, name))
    .map((name) => flowError([...at, 'tools', name], 'an exit has this name, use another')),
  ...(['tools', 'exits'] as const)
    .filter((kind) => Object.hasOwn({ tools, exits }[kind], NOTEBOOK))
    .map((kind) => flowError([...at, kind, NOTEBOOK], 'this name is taken, use another')),
];
