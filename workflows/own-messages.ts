import { condition, defineSignal, defineUpdate, log, setHandler } from '@temporalio/workflow';
import { isHostId, isOwnFlow, MESSAGES } from '../contract/index.js';
import type { OwnCheckpoint, OwnFinished, OwnReady, OwnReadyAnswer } from '../contract/index.js';
import { startCommand } from './own-agent.js';
import type { AgentSeen, CallState } from './state.js';

export const ownReady = defineUpdate<OwnReadyAnswer, [OwnReady]>(MESSAGES.ownReady);
export const ownCheckpoint = defineSignal<[OwnCheckpoint]>(MESSAGES.ownCheckpoint);
export const ownDone = defineSignal<[OwnFinished]>(MESSAGES.ownDone);

/** What own agents say beyond what ours do. Like all handlers: before the first await, and never throwing. */
export function handleOwnAgent(call: CallState): void {
  setHandler(
    ownReady,
    async (message) => {
      const agent = ready(call, message);
      if (agent) await condition(() => agent.serving !== undefined || !isCurrent(call, agent));
      if (!agent || !isCurrent(call, agent)) return { leave: notWanted(call, message) };
      return { start: startCommand(call, agent) };
    },
    {
      // What is refused leaves no trace in the history.
      validator: (message) => {
        if (!wanted(call, message)) throw new Error(notWanted(call, message));
      },
    },
  );

  setHandler(ownCheckpoint, (message) => {
    if (holder(call, message)) call.checkpoint = message.state;
    else log.warn('Message ownCheckpoint does not fit, ignored', { attempt: message?.attempt });
  });

  setHandler(ownDone, (message) => {
    const agent = holder(call, message);
    if (agent) agent.done ??= message;
    else log.warn('Message ownDone does not fit, ignored', { attempt: message?.attempt });
  });
}

/** The first job that is ready holds the attempt; the same job may ask again. */
function ready(call: CallState, message: OwnReady): AgentSeen | undefined {
  const agent = wanted(call, message);
  if (!agent || agent.outcome === 'ready') return agent;
  agent.jobId = message.jobId;
  agent.hostId = message.hostId;
  if (message.identity) agent.identity = message.identity;
  agent.outcome = 'ready';
  agent.readyMs = Date.now() - agent.dispatchedAt;
  log.info('Own agent ready', { attempt: agent.attempt, ms: agent.readyMs, jobId: agent.jobId, hostId: agent.hostId });
  return agent;
}

function wanted(call: CallState, message: OwnReady): AgentSeen | undefined {
  const agent = call.current;
  const fits =
    agent &&
    isOwnFlow(call.input.flow) &&
    !call.ended &&
    message?.attempt === agent.attempt &&
    typeof message.jobId === 'string' &&
    isHostId(message.hostId) &&
    message.identity !== call.caller &&
    (['dispatched', 'accepted'].includes(agent.outcome) || holder(call, message) === agent);
  return fits ? agent : undefined;
}

/** The agent that a message comes from, if it has the conversation, or will have it. */
function holder(call: CallState, message: { attempt: number; jobId: string }): AgentSeen | undefined {
  const agent = call.current;
  const same = agent && agent.attempt === message?.attempt && agent.jobId === message.jobId;
  return same && isCurrent(call, agent) ? agent : undefined;
}

const isCurrent = (call: CallState, agent: AgentSeen): boolean =>
  !call.ended && call.current === agent && agent.outcome === 'ready';

const notWanted = (call: CallState, message: OwnReady): string =>
  call.ended
    ? `the call has ended: ${call.ended.reason}`
    : `attempt ${message?.attempt} is not wanted any more: attempt ${call.current?.attempt} is ${call.current?.outcome}`;
