import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Messages and stack traces of failures travel as payloads, which the codec encrypts: a message may quote what was said.
 * A module of its own: Temporal loads it by its path, in this process and in the bundle of the workflows.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
