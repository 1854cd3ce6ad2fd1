import type { Flow, RemoteFlow } from '../contract/flow.js';
import { REMOTE_FLOW } from '../contract/remote.js';
import { checkDocument } from './checks/document.js';
import type { FlowError } from './checks/errors.js';
import { flowError } from './checks/errors.js';
import { checkPaths } from './checks/paths.js';
import { checkShape, record, soundParts } from './checks/shape.js';
import { checkTargets } from './checks/targets.js';
import { checkTemplate, checkTemplates } from './checks/templates.js';
import { checkRequest, checkRequests } from './checks/urls.js';
import { checkUses, checkVars } from './checks/variables.js';
import { LIMITS } from './limits.js';
import { flowSchema, remoteFlowSchema } from './schema.js';

export type { FlowError } from './checks/errors.js';
export { checkVariables } from './variables.js';

export interface ValidateOptions {
  /** Private hosts that requests may go to all the same: "backend", or "127.0.0.1:9000". */
  allowHosts?: readonly string[];
}

type Result<T> = { ok: true; flow: T } | { ok: false; errors: FlowError[] };

/** All that is wrong with a flow, at once. The interpreter never fails on a flow that passes. */
export function validateFlow(document: unknown, { allowHosts = [] }: ValidateOptions = {}): Result<Flow> {
  const unfit = checkDocument(document);
  if (unfit.length > 0) return { ok: false, errors: unfit };
  if (record(document).schema === REMOTE_FLOW)
    return {
      ok: false,
      errors: [flowError(['schema'], 'is a remote flow: its backend answers, not nodes of its own')],
    };

  const { data, errors: shape } = checkShape(flowSchema, document);
  const flow = data ?? soundParts(document);
  const names = new Set(Object.keys(record(record(document).nodes)));
  const targets = shape.some(({ pointer }) => pointer === '/nodes') ? [] : checkTargets(flow, names);
  const meaning = [
    ...(names.size > LIMITS.nodes ? [flowError(['nodes'], `has more than ${LIMITS.nodes} nodes`)] : []),
    ...targets,
    ...checkVars(flow),
    ...checkUses(flow),
    ...checkTemplates(flow),
    ...checkRequests(flow, allowHosts),
    // Paths make sense only where every target is there.
    ...(data && targets.length === 0 ? checkPaths(flow) : []),
  ];
  const told = new Set(shape.map(({ pointer }) => pointer));
  const errors = [...shape, ...meaning.filter(({ pointer }) => !told.has(pointer))];
  return data && errors.length === 0 ? { ok: true, flow: data } : { ok: false, errors };
}

/** The same for a flow that someone's own backend runs. */
export function validateRemoteFlow(document: unknown, { allowHosts = [] }: ValidateOptions = {}): Result<RemoteFlow> {
  const unfit = checkDocument(document);
  if (unfit.length > 0) return { ok: false, errors: unfit };
  const { data, errors: shape } = checkShape(remoteFlowSchema, document);
  if (!data) return { ok: false, errors: shape };
  const errors = [
    ...checkVars(data),
    ...(['resume', 'sorry'] as const).flatMap((name) =>
      data[name]?.includes('{{') ? [flowError([name], 'is said as it stands: it cannot hold {{variables}}')] : [],
    ),
    ...checkRequest([], data, allowHosts),
    ...[['url', data.url] as const, ...Object.entries(data.headers ?? {})].flatMap(([name, template]) =>
      checkTemplate(
        {},
        { path: name === 'url' ? ['url'] : ['headers', name], template, references: name === 'url' ? 'config' : 'all' },
      ),
    ),
  ];
  return errors.length === 0 ? { ok: true, flow: data } : { ok: false, errors };
}

/** A flow of either kind. */
export const validateAnyFlow = (document: unknown, options: ValidateOptions = {}): Result<Flow | RemoteFlow> =>
  record(document).schema === REMOTE_FLOW ? validateRemoteFlow(document, options) : validateFlow(document, options);
