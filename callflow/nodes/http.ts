import type { HttpNode } from '../../contract/flow.js';
import { fillRequest } from '../request.js';
import { assign, own } from '../values.js';
import type { Move, NodeKind, Visit } from './node.js';
import { holdOf } from './speech.js';

const HOLD_MS = 1_000;

export const http: NodeKind<HttpNode> = {
  arrive(visit) {
    const { node, state, id } = visit;
    const request = fillRequest(node, state.vars);
    if ('refused' in request) return failed(visit, ['error'], request.refused);
    return {
      kind: 'http',
      ...id,
      request,
      idempotencyKey: id.nodeRunId,
      save: node.save ?? {},
      ...holdOf(node, state.vars, HOLD_MS),
    };
  },
  leave(visit, event) {
    if (event.kind === 'failed')
      return failed(visit, event.cause === 'timeout' ? ['timeout', 'error'] : ['error'], event.detail);
    if (event.kind !== 'responded') return undefined;
    const { flow, node, state } = visit;
    const { status, values } = event;
    const answer = `the server answered ${status}`;
    if (status < 200 || status > 299)
      return failed(visit, [String(status), `${Math.floor(status / 100)}xx`, 'error'], answer);
    const wanted = Object.fromEntries(Object.keys(node.save ?? {}).map((name) => [name, own(values, name) ?? null]));
    const saved = assign(flow, state.vars, wanted);
    if ('misfit' in saved) return failed(visit, ['error'], `${answer}, but ${saved.misfit}`);
    const outcome = [String(status), '2xx'].find((name) => Object.hasOwn(node.on, name)) ?? 'ok';
    return { to: own(node.on, outcome) ?? null, outcome, vars: saved.vars };
  },
};

/** The most exact outcome that the flow handles; validation sees to it that the last one is there. */
function failed({ node }: Visit<HttpNode>, outcomes: string[], detail: string): Move {
  const outcome = outcomes.find((name) => Object.hasOwn(node.on, name)) ?? 'error';
  return { to: own(node.on, outcome) ?? null, outcome, reason: 'http-failed', detail };
}
