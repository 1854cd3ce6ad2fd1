import { yesNoWords, YES_NO_LANGUAGES } from '../yes-no.js';
import { NOTEBOOK } from '../../contract/converse.js';
import type { AskNode, ConverseNode, Flow, FlowNode } from '../../contract/flow.js';
import { normal } from '../answer.js';
import { edgesOf, outcomesOf } from '../edges.js';
import type { FlowError, Path } from './errors.js';
import { flowError } from './errors.js';

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
      ...(node.type === 'ask' ? checkExpect(flow, node, ['nodes', name, 'expect']) : []),
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

function checkExpect(flow: Flow, { expect, language }: AskNode, at: Path): FlowError[] {
  switch (expect.kind) {
    case 'choice': {
      const options = Object.keys(expect.options);
      const keys = Object.entries(expect.dtmf ?? {});
      return [
        ...(options.length === 0 ? [flowError([...at, 'options'], 'a choice needs options')] : []),
        ...taken(expect.options, [...at, 'options']),
        ...keys
          .filter(([, option]) => !Object.hasOwn(expect.options, option))
          .map(([key, option]) => flowError([...at, 'dtmf', key], `there is no option "${option}"`)),
        ...ambiguous(expect.options, [...at, 'options']),
      ];
    }
    case 'yes-no':
      return yesNoWords(language ?? flow.defaults?.language)
        ? []
        : [flowError(at, `yes-no knows ${YES_NO_LANGUAGES.join(', ')}: use a choice for other languages`)];
    case 'digits': {
      const { length, minLength = 1, maxLength = Infinity } = expect;
      if (length !== undefined && (expect.minLength ?? expect.maxLength) !== undefined)
        return [flowError([...at, 'length'], 'give either length, or minLength and maxLength')];
      return minLength > maxLength ? [flowError([...at, 'minLength'], 'must not be more than maxLength')] : [];
    }
    case 'text':
      return [];
  }
}

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

function ambiguous(options: Record<string, string[]>, at: Path): FlowError[] {
  const meanings = new Map<string, string>();
  return Object.entries(options).flatMap(([option, words]) =>
    words.flatMap((word, i) => {
      const heard = normal(word);
      const other = meanings.get(heard);
      meanings.set(heard, other ?? option);
      if (heard === '') return [flowError([...at, option, i], 'must have a letter or a digit')];
      return other === undefined || other === option
        ? []
        : [flowError([...at, option, i], `"${word}" already means "${other}"`)];
    }),
  );
}
