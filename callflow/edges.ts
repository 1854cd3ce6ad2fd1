import type { Flow, FlowNode, NoMatch, Target } from '../contract/flow.js';
import { answerOutcomes } from './answer.js';

/** One way out of a node, and where the flow says so. */
export interface Edge {
  outcome: string;
  to: Target;
  /** Into the document, as path segments. */
  path: (string | number)[];
}

/** What may become of a node: every outcome that must lead somewhere, and others that may. */
export function outcomesOf(node: FlowNode): { required: string[]; optional: RegExp } | undefined {
  switch (node.type) {
    case 'ask':
      return { required: [...answerOutcomes(node.expect), 'noInput', 'noMatch'], optional: /^$/ };
    case 'http':
      return { required: ['ok', 'error'], optional: /^(timeout|[2345]xx|[2345]\d\d)$/ };
    case 'converse':
      return { required: [...Object.keys(node.exits), 'turnLimit', 'noInput', 'unavailable'], optional: /^$/ };
    case 'transfer':
      return { required: ['connected', 'failed'], optional: /^(busy|noAnswer|unknown)$/ };
    default:
      return undefined;
  }
}

/** All ways out of a node, in the order of the file. A hangup has none: it ends the call. */
export function edgesOf(flow: Flow, name: string, node: FlowNode): Edge[] {
  const at = ['nodes', name];
  switch (node.type) {
    case 'hangup':
      return [];
    case 'say':
    case 'set':
    case 'wait':
    case 'emit':
      return [{ outcome: '', to: node.next, path: [...at, 'next'] }];
    case 'branch':
      return [
        ...node.cases.map(({ when, goto }, i) => ({ outcome: when, to: goto, path: [...at, 'cases', i, 'goto'] })),
        { outcome: 'else', to: node.else, path: [...at, 'else'] },
      ];
    default: {
      const on = Object.entries(node.on).map(([outcome, to]) => ({ outcome, to, path: [...at, 'on', outcome] }));
      return [...on, ...missedEdges(flow, name, node)];
    }
  }
}

/** Where a caller who was not understood goes when `on` does not say: the node's `goto`, else the flow's. */
function missedEdges(flow: Flow, name: string, node: FlowNode): Edge[] {
  const missed = { ask: ['noInput', 'noMatch'], converse: ['noInput'] } as Record<string, ('noInput' | 'noMatch')[]>;
  return (missed[node.type] ?? []).flatMap((outcome) => {
    if ('on' in node && Object.hasOwn(node.on, outcome)) return [];
    const own = (node as { noInput?: NoMatch; noMatch?: NoMatch })[outcome]?.goto;
    if (own !== undefined) return [{ outcome, to: own, path: ['nodes', name, outcome, 'goto'] }];
    const shared = flow.defaults?.[outcome]?.goto;
    return shared === undefined ? [] : [{ outcome, to: shared, path: ['defaults', outcome, 'goto'] }];
  });
}
