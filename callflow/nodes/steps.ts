import type { EmitNode, TransferNode, WaitNode } from '../../contract/flow.js';
import { fillAddress, fillJson } from '../template.js';
import { own } from '../values.js';
import type { NodeKind } from './node.js';

const RING_MS = 30_000;

export const transfer: NodeKind<TransferNode> = {
  arrive: ({ node, state, id }) => ({
    kind: 'transfer',
    ...id,
    to: fillAddress(node.to, state.vars),
    timeoutMs: node.timeoutMs ?? RING_MS,
  }),
  leave({ node }, event) {
    if (event.kind !== 'transferred' && event.kind !== 'failed') return undefined;
    const said = event.kind === 'failed' ? 'failed' : event.outcome;
    const outcome = Object.hasOwn(node.on, said) ? said : 'failed';
    const to = own(node.on, outcome) ?? null;
    if (outcome === 'connected') return { to, outcome, reason: 'transferred' };
    const why = event.detail === undefined ? '' : ` (${event.detail})`;
    const detail = event.kind === 'failed' ? event.detail : `The transfer ended: ${said}${why}.`;
    return { to, outcome, reason: 'transfer-failed', detail };
  },
};

/** Neither can fail a call: a timer or an entry in the log that was missed changes nothing for the caller. */
export const wait: NodeKind<WaitNode> = {
  arrive: ({ node, id }) => ({ kind: 'wait', ...id, ms: node.ms }),
  leave: ({ node }, event) => (event.kind === 'waited' || event.kind === 'failed' ? { to: node.next } : undefined),
};

export const emit: NodeKind<EmitNode> = {
  arrive: ({ node, state, id }) => ({
    kind: 'emit',
    ...id,
    event: node.event,
    data: fillJson(node.data ?? null, state.vars),
  }),
  leave: ({ node }, event) => (event.kind === 'emitted' || event.kind === 'failed' ? { to: node.next } : undefined),
};
