import type { AskNode, Flow, NoInput, NoMatch } from '../../contract/flow.js';
import { answerValue, expectedAnswer, outcomeOf } from '../answer.js';
import { fillText } from '../template.js';
import { assign, own } from '../values.js';
import type { Move, NodeKind, Visit } from './node.js';
import { fail } from './node.js';
import { languageOf } from './speech.js';

type Missed = 'noInput' | 'noMatch';

const NO_INPUT_MS = 6_000;

/** The node's own words come before the flow's, field by field. */
const missedRule = (flow: Flow, node: { noInput?: NoInput; noMatch?: NoMatch }, missed: Missed): NoInput => ({
  ...flow.defaults?.[missed],
  ...node[missed],
});

/** Where a caller who cannot be understood ends up; undefined when the flow does not say. */
export const missedTarget = (
  flow: Flow,
  node: { on: AskNode['on']; noInput?: NoInput; noMatch?: NoMatch },
  missed: Missed,
) => (Object.hasOwn(node.on, missed) ? node.on[missed] : missedRule(flow, node, missed).goto);

export const noInputMs = (flow: Flow, node: { noInput?: NoInput }): number =>
  missedRule(flow, node, 'noInput').timeoutMs ?? NO_INPUT_MS;

export const ask: NodeKind<AskNode> = {
  arrive(visit) {
    const { flow, node, state, id } = visit;
    const language = languageOf(flow, node);
    return {
      kind: 'ask',
      ...id,
      prompt: prompt(visit, state.asked?.because),
      ...language,
      interruptible: node.interruptible ?? true,
      expect: expectedAnswer(node.expect, language.language),
      noInputMs: noInputMs(flow, node),
      reprompts: { ...reprompt(visit, 'noInput'), ...reprompt(visit, 'noMatch') },
    };
  },
  leave(visit, event) {
    switch (event.kind) {
      case 'answered':
        return answered(visit, event.value);
      case 'noInput':
      case 'noMatch':
        return missed(visit, event.kind);
      case 'failed':
        return fail('stt-failed', event.detail);
      default:
        return undefined;
    }
  },
};

const prompt = ({ flow, node, state }: Visit<AskNode>, because?: Missed): string => {
  const say = because && missedRule(flow, node, because).say;
  return fillText(say === undefined ? node.prompt : `${say} ${node.prompt}`, state.vars);
};

function reprompt(visit: Visit<AskNode>, because: Missed): Partial<Record<Missed, string>> {
  return retriesLeft(visit, because) ? { [because]: prompt(visit, because) } : {};
}

const retriesLeft = ({ flow, node, state }: Visit<AskNode>, because: Missed): boolean =>
  (state.asked?.[because] ?? 0) < (missedRule(flow, node, because).retries ?? 0);

function missed(visit: Visit<AskNode>, because: Missed): Move {
  const { flow, node, state, id } = visit;
  if (retriesLeft(visit, because)) {
    const { noInput, noMatch } = { noInput: 0, noMatch: 0, ...state.asked };
    const asked = { noInput, noMatch, because };
    return { to: id.node, asked: { ...asked, [because]: asked[because] + 1 } };
  }
  const silent = because === 'noInput';
  return {
    to: missedTarget(flow, node, because) ?? null,
    outcome: because,
    ...(silent && { reason: 'silence-timeout', detail: 'The caller said nothing.' }),
  };
}

function answered(visit: Visit<AskNode>, value: string): Move {
  const { flow, node, state } = visit;
  const expect = expectedAnswer(node.expect, languageOf(flow, node).language);
  const outcome = outcomeOf(expect, value);
  if (outcome === undefined) return missed(visit, 'noMatch');
  const move = { to: own(node.on, outcome) ?? null, outcome };
  if (node.save === undefined) return move;
  const saved = assign(flow, state.vars, { [node.save]: answerValue(flow, node.save, value) });
  return 'misfit' in saved ? missed(visit, 'noMatch') : { ...move, vars: saved.vars };
}
