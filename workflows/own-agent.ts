import { ActivityCancellationType, condition, log, patched, proxyActivities } from '@temporalio/workflow';
import type { CallActivities } from '../activities/types.js';
import { agentIdentity, ownAgentActivity } from '../contract/index.js';
import type { StartCommand } from '../contract/index.js';
import { AgentLost, isAbsent, unlessGone } from './agent-lost.js';
import type { Agents } from './agent-lost.js';
import { reason, silenceOf } from './failures.js';
import type { Participants } from './participants.js';
import { EndCall } from './state.js';
import type { AgentSeen, CallState } from './state.js';
import { TRANSFER_FIRST, transferOver } from './transfer.js';

/** The call's own longest duration ends it before. Milliseconds. */
const SLACK_MS = 60_000;
/** Life signs for each time that they may stay away. */
const SIGNS = 3;

/** The conversation is the agent's own: waits until it is done; an agent that is lost is replaced. */
export async function runOwnAgent(call: CallState, participants: Participants, agents: Agents): Promise<never> {
  for (;;) {
    try {
      return await served(call, participants);
    } catch (error) {
      if (!(error instanceof AgentLost)) throw error;
      await agents.replace(reason(error));
      call.enter('flow', `resumed on agent ${agents.current.attempt}`);
    }
  }
}

async function served(call: CallState, participants: Participants): Promise<never> {
  const agent = call.current!;
  agent.serving = true;
  await unlessGone(call, participants, () =>
    Promise.race([condition(() => agent.done !== undefined), listening(call, agent)]),
  );
  if (call.lineIsOurs && patched(TRANSFER_FIRST)) await transferOver(call);
  const { outcome = 'completed', variables } = agent.done!;
  call.variables = { ...call.variables, ...variables };
  throw new EndCall('completed', 'The agent said that it is done. Nothing to do.', 'agent', { outcome });
}

/**
 * Life signs are heartbeats of an activity: they cost no history, and the pending activity shows the last one. Silence
 * is a suspicion, since Temporal being away looks the same; silence again, or a room without the agent, is evidence.
 */
async function listening(call: CallState, agent: AgentSeen): Promise<never> {
  const { callId, policy } = call.input;
  const { heartbeatMs, maxDurationMs } = policy;
  const { ownAgent } = proxyActivities<CallActivities>({
    activityId: ownAgentActivity(agent.attempt),
    startToCloseTimeout: maxDurationMs + SLACK_MS,
    heartbeatTimeout: heartbeatMs,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: { maximumAttempts: 1 },
  });
  const summary = `agent ${agent.attempt} holds the conversation`;
  for (let silences = 0; ;) {
    const silence = await ownAgent
      .executeWithOptions({ summary }, [{ callId, attempt: agent.attempt }])
      .then(() => undefined, silenceOf);
    silences = silence?.heardBefore ? 1 : silences + 1;
    if (silences > 1) throw new AgentLost(`no alive came from it for ${silences * heartbeatMs} ms`);
    log.warn('Own agent is silent', { attempt: agent.attempt, ms: heartbeatMs });
    const identity = agent.identity ?? agentIdentity(agent.attempt);
    if (await isAbsent(call, identity)) throw new AgentLost('it is silent and not in the room');
  }
}

/** What `ready` is answered with. */
export function startCommand(call: CallState, agent: AgentSeen): StartCommand {
  const { flow, policy } = call.input;
  return {
    flowId: flow.id,
    variables: call.variables,
    resumed: call.attempts.some((each) => each.serving && each !== agent),
    ...(call.checkpoint !== undefined && { state: call.checkpoint }),
    aliveEveryMs: Math.ceil(policy.heartbeatMs / SIGNS),
  };
}
