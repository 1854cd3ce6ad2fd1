import { ActivityCancelledError, ActivityNotFoundError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { knownToTemporal } from '../../calls/attributes.js';
import { callWorkflowId, hasReached, MESSAGES, ownAgentActivity } from '../../contract/index.js';
import type { AgentAccepted, AgentFailed, OwnCheckpoint, OwnFinished } from '../../contract/index.js';
import type { AgentClaims } from '../../platform/agent-token.js';
import { ask, describe } from '../calls/temporal.js';
import { hostOf, jobOf } from './job.js';
import type { OwnAgents } from './port.js';
import { startOf } from './ready.js';

const LATE = 'another attempt has the call, or it is over';

/** The calls of own agents, as Temporal has them. */
export function createOwnAgents(client: Client): OwnAgents {
  const handleOf = ({ callId }: AgentClaims) => client.workflow.getHandle(callWorkflowId(callId));

  /** Needs no worker. The attempt that a call wants is one of its search attributes. */
  const isWanted = async ({ callId, attempt }: AgentClaims): Promise<boolean> => {
    const description = await describe(client, callId);
    const known = description && knownToTemporal(description);
    return known?.status === 'active' && known.attempt === attempt && !hasReached(known.stage, 'cleanup');
  };

  /** What is late is refused here; what became late on its way the workflow ignores. */
  const tell = async (
    who: AgentClaims,
    name: string,
    message: AgentAccepted | AgentFailed | OwnCheckpoint | OwnFinished,
  ): Promise<boolean> => {
    if (!(await isWanted(who))) return false;
    try {
      await ask(client, () => handleOf(who).signal(name, message));
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };

  return {
    accepted: (who, { identity, host, ...name }) =>
      tell(who, MESSAGES.agentAccepted, {
        ...jobOf(who, name),
        hostId: hostOf(host),
        queued: 0,
        ...(identity && { identity }),
      }),

    // A repeated update is answered as the first one was, also when the attempt has been given up since.
    ready: async (who, message) => ((await isWanted(who)) ? startOf(client, who, message) : { leave: LATE }),

    async alive(who, { state, ...name }) {
      if (!(await beats(client, who)) && !(await isWanted(who))) return false;
      return state === undefined || tell(who, MESSAGES.ownCheckpoint, { ...jobOf(who, name), state });
    },

    failed: (who, { error, ...name }) => tell(who, MESSAGES.agentFailed, { ...jobOf(who, name), error }),

    done: (who, { outcome, variables, ...name }) =>
      tell(who, MESSAGES.ownDone, {
        ...jobOf(who, name),
        ...(outcome && { outcome }),
        ...(variables && { variables }),
      }),
  };
}

/** False: nobody waits for this agent, or not yet. */
async function beats(client: Client, { callId, attempt }: AgentClaims): Promise<boolean> {
  const activity = { workflowId: callWorkflowId(callId), activityId: ownAgentActivity(attempt) };
  try {
    await ask(client, () => client.activity.heartbeat(activity, { at: Date.now() }));
    return true;
  } catch (error) {
    if (error instanceof ActivityNotFoundError || error instanceof ActivityCancelledError) return false;
    throw error;
  }
}
