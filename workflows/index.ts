/** Workflow types as Temporal knows them: only what is exported here can be started. */
export { admission } from './admission.js';
export { call } from './call.js';
export { callEvents } from './call-events.js';
export { reconcile } from './reconcile.js';
