import { CompleteAsyncError } from '@temporalio/activity';
import type { DispatchMetadata, OwnJob } from '../contract/index.js';
import { mintAgentToken } from '../platform/agent-token.js';
import type { AgentTokenEnv } from '../platform/agent-token.js';
import { boxOf } from '../platform/encryption/index.js';
import type { Box, EncryptionEnv } from '../platform/encryption/index.js';
import { activeTrace, traceparentOf } from '../platform/trace-context.js';
import type { CallActivities, Dispatch } from './types.js';

export type JobEnv = AgentTokenEnv & EncryptionEnv;

export const ownAgentActivities: Pick<CallActivities, 'ownAgent'> = {
  /** The agent's `alive` is its heartbeat, recorded by the gateway. It ends by silence or with the call. */
  async ownAgent() {
    throw new CompleteAsyncError();
  },
};

/** What the job is given. Made where it is sent: a token has no place in a call's history. */
export async function jobMetadata({ metadata, own }: Dispatch, env: JobEnv): Promise<object> {
  const trace = activeTrace();
  const traced = trace && { traceparent: traceparentOf(trace) };
  if (!own) return { ...sealed(metadata, boxOf(env)), ...traced };
  const { callId, attempt } = metadata;
  const token = await mintAgentToken(env, { callId, attempt });
  return { callId, attempt, url: env.ownAgent.url, token, ...traced } satisfies OwnJob;
}

/** LiveKit keeps the metadata of a job, and shows them: what is said in a call does not stand there. */
function sealed({ greeting, ...metadata }: DispatchMetadata, box: Box): DispatchMetadata {
  if (greeting === undefined || !box.seals) return { ...metadata, ...(greeting !== undefined && { greeting }) };
  return { ...metadata, sealed: box.sealText(greeting) };
}
