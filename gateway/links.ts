import { callWorkflowId } from '../contract/index.js';
import type { Links } from './schemas/call.js';

/** Paths of ours, and the call in the Temporal Web UI. */
export const linksOf = (callId: string, temporal: { uiUrl: string; namespace: string }): Links => ({
  self: `/v1/calls/${callId}`,
  events: `/v1/calls/${callId}/events`,
  temporal: `${temporal.uiUrl}/namespaces/${temporal.namespace}/workflows/${encodeURIComponent(callWorkflowId(callId))}`,
});
