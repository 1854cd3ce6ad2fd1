import type { Flow } from '../contract/flow.js';
import { flowSchema } from './schema.js';
import { typeOf } from './variables.js';

export { checkVariables } from './variables.js';

export interface FlowError {
  /** JSON pointer (RFC 6901) to what is wrong. */
  pointer: string;
  message: string;
}

type FlowResult = { ok: true; flow: Flow } | { ok: false; errors: FlowError[] };

/** All that is wrong with a flow, at once: a flow that passes never makes the interpreter fail. */
export function validateFlow(document: unknown): FlowResult {
  const parsed = flowSchema.safeParse(document);
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => ({ pointer: pointer(...path), message }));
    return { ok: false, errors };
  }
  const flow = parsed.data as Flow;
  const errors = [...checkTargets(flow), ...checkDefaults(flow)];
  return errors.length > 0 ? { ok: false, errors } : { ok: true, flow };
}

const pointer = (...path: PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function checkTargets(flow: Flow): FlowError[] {
  const missing = (at: string, target: string | null): FlowError[] =>
    target === null || Object.hasOwn(flow.nodes, target)
      ? []
      : [{ pointer: at, message: `there is no node "${target}"` }];
  return [
    ...missing('/start', flow.start),
    ...Object.entries(flow.nodes).flatMap(([name, node]) =>
      node.type === 'say' ? missing(pointer('nodes', name, 'next'), node.next) : [],
    ),
  ];
}

const checkDefaults = (flow: Flow): FlowError[] =>
  Object.entries(flow.vars ?? {}).flatMap(([name, declared]) =>
    declared.default === undefined || typeOf(declared.default) === declared.type
      ? []
      : [{ pointer: pointer('vars', name, 'default'), message: `must be of type ${declared.type}` }],
  );
