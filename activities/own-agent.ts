import { CompleteAsyncError } from '@temporalio/activity';
import type { OwnJob } from '../contract/index.js';
import { mintAgentToken } from '../platform/agent-token.js';
import type { AgentTokenEnv } from '../platform/agent-token.js';
import type { CallActivities, Dispatch } from './types.js';

export const ownAgentActivities: Pick<CallActivities, 'ownAgent'> = {
  /** The agent's `alive` is its heartbeat, recorded by the gateway. It ends by silence or with the call. */
  async ownAgent() {
    throw new CompleteAsyncError();
  },
};

/** What the job is given. Made where it is sent: a token has no place in a call's history. */
export async function jobMetadata({ metadata, own }: Dispatch, env: AgentTokenEnv): Promise<object> {
  if (!own) return metadata;
  const { callId, attempt } = metadata;
  const token = await mintAgentToken(env, { callId, attempt });
  return { callId, attempt, url: env.ownAgent.url, token } satisfies OwnJob;
}
