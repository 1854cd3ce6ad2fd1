import type { Flow, HangupNode, HttpNode, SayNode, Variables } from '../../contract/flow.js';
import { fillText } from '../template.js';
import type { NodeKind } from './node.js';
import { fail } from './node.js';

export const languageOf = (flow: Flow, node: { language?: string }): { language?: string } => {
  const language = node.language ?? flow.defaults?.language;
  return language === undefined ? {} : { language };
};

/** What is said to whoever waits, and after how long. */
export function holdOf({ hold }: Pick<HttpNode, 'hold'>, vars: Variables, usualMs: number) {
  if (!hold) return {};
  const { say: text, afterMs = usualMs } = hold;
  return { hold: { text: fillText(text, vars), afterMs } };
}

export const say: NodeKind<SayNode> = {
  arrive: ({ flow, node, state, id }) => ({
    kind: 'say',
    ...id,
    text: fillText(node.text, state.vars),
    ...languageOf(flow, node),
    interruptible: node.interruptible ?? false,
  }),
  leave({ node }, event) {
    if (event.kind === 'said') return { to: node.next };
    return event.kind === 'failed' ? fail('tts-failed', event.detail) : undefined;
  },
};

export const hangup: NodeKind<HangupNode> = {
  arrive({ flow, node, state, id }) {
    if (node.say === undefined) return leaveCall(node);
    return {
      kind: 'say',
      ...id,
      text: fillText(node.say, state.vars),
      ...languageOf(flow, {}),
      interruptible: false,
    };
  },
  /** The call is over anyway: a farewell that failed changes nothing. */
  leave: ({ node }, event) => (event.kind === 'said' || event.kind === 'failed' ? leaveCall(node) : undefined),
};

const leaveCall = (node: HangupNode) => ({ to: null, outcome: node.outcome ?? 'completed' });
