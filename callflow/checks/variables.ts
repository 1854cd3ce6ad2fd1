import type { AskNode, Flow, FlowNode, Json, VariableType } from '../../contract/flow.js';
import { answerOutcomes } from '../answer.js';
import { pathProblem } from '../json-path.js';
import { LIMITS } from '../limits.js';
import { wholePlaceholder } from '../template.js';
import { misfit, own, typeOf } from '../values.js';
import type { FlowError, Path } from './errors.js';
import { flowError } from './errors.js';
import { checkExpression } from './expressions.js';

const RESERVED = ['config', 'secrets', 'args', 'true', 'false', 'null', 'this'];

export const checkVars = (flow: Pick<Flow, 'id' | 'vars'>): FlowError[] => {
  const vars = Object.entries(flow.vars ?? {});
  const many =
    vars.length > LIMITS.variables ? [flowError(['vars'], `has more than ${LIMITS.variables} variables`)] : [];
  return [
    ...many,
    ...vars.flatMap(([name, { type, default: value, required }]) => {
      if (RESERVED.includes(name)) return [flowError(['vars', name], 'is a reserved word, use another name')];
      if (value === undefined || (type as string) === 'any') return [];
      if (required) return [flowError(['vars', name, 'required'], 'a variable with a default need not be required')];
      const why = misfit(flow, name, value);
      return why === undefined ? [] : [flowError(['vars', name, 'default'], why)];
    }),
  ];
};

/** Everything that writes to a variable or computes with one. */
export const checkUses = (flow: Flow): FlowError[] =>
  Object.entries(flow.nodes).flatMap(([name, node]) => checkNode(flow, ['nodes', name], node));

function checkNode(flow: Flow, at: Path, node: FlowNode): FlowError[] {
  switch (node.type) {
    case 'ask':
      return node.save === undefined ? [] : checkAnswer(flow, [...at, 'save'], node, node.save);
    case 'http':
      return Object.entries(node.save ?? {}).flatMap(([name, path]) => {
        const why = undeclared(flow, name) ?? pathProblem(path);
        return why === undefined ? [] : [flowError([...at, 'save', name], why)];
      });
    case 'converse':
      return Object.keys(node.collect ?? {}).flatMap((name) => {
        const why = undeclared(flow, name);
        return why === undefined ? [] : [flowError([...at, 'collect', name], why)];
      });
    case 'branch':
      return node.cases.flatMap(({ when }, i) => checkComputed(flow, [...at, 'cases', i, 'when'], when, 'boolean'));
    case 'set':
      return checkSet(flow, at, node);
    default:
      return [];
  }
}

/** A choice fits a string, or a boolean when it is between yes and no; digits fit a string or a number. */
function checkAnswer(flow: Flow, path: Path, { expect }: AskNode, name: string): FlowError[] {
  const why = undeclared(flow, name);
  if (why !== undefined) return [flowError(path, why)];
  const yesNo = answerOutcomes(expect).every((outcome) => outcome === 'yes' || outcome === 'no');
  const types: string[] = [
    'any',
    'string',
    ...(yesNo ? ['boolean'] : []),
    ...(expect.kind === 'digits' ? ['number'] : []),
  ];
  const type = own(flow.vars, name)?.type ?? 'any';
  return types.includes(type)
    ? []
    : [flowError(path, `"${name}" is a ${type}; this answer is a ${types.slice(1).join(' or ')}`)];
}

function checkSet(
  flow: Flow,
  at: Path,
  { values = {}, compute = {} }: Extract<FlowNode, { type: 'set' }>,
): FlowError[] {
  const literal = Object.entries(values).flatMap(([name, value]) => {
    const why = undeclared(flow, name) ?? mismatch(flow, name, kindOfValue(flow, value));
    return why === undefined ? [] : [flowError([...at, 'values', name], why)];
  });
  const computed = Object.entries(compute).flatMap(([name, source]) => {
    const path = [...at, 'compute', name];
    if (Object.hasOwn(values, name)) return [flowError(path, `"${name}" is also in values`)];
    const why = undeclared(flow, name);
    return why === undefined ? checkComputed(flow, path, source, own(flow.vars, name)?.type) : [flowError(path, why)];
  });
  return [...literal, ...computed];
}

function checkComputed(flow: Flow, path: Path, source: string, wanted: VariableType | undefined): FlowError[] {
  const result = checkExpression(source, flow.vars);
  if ('problem' in result) return [flowError(path, result.problem)];
  const fits =
    result.kind === wanted || result.kind === 'any' || result.kind === 'null' || (wanted as string) === 'any';
  return fits ? [] : [flowError(path, `gives a ${result.kind}, not a ${wanted}`)];
}

const undeclared = (flow: Flow, name: string): string | undefined =>
  own(flow.vars, name) ? undefined : `no variable "${name}" is declared in "vars"`;

/** A string that is one placeholder is what it stands for; null makes any variable unset. */
function kindOfValue(flow: Flow, value: Json): string {
  if (value === null) return 'any';
  const path = typeof value === 'string' ? wholePlaceholder(value) : undefined;
  return path === undefined ? typeOf(value) : path.includes('.') ? 'any' : (own(flow.vars, path)?.type ?? 'any');
}

function mismatch(flow: Flow, name: string, kind: string): string | undefined {
  const declared: string = own(flow.vars, name)?.type ?? 'any';
  return declared === kind || declared === 'any' || kind === 'any'
    ? undefined
    : `"${name}" is a ${declared}, not a ${kind}`;
}
