import { ActivityFailure, condition, isCancellation, log, sleep } from '@temporalio/workflow';
import { isOwnFlow, isRemoteFlow, ROOM_GONE } from '../contract/index.js';
import type { CallState, AgentSeen } from './state.js';
import { EndCall } from './state.js';
import type { Dispatch } from '../activities/types.js';
import { livekitMakes, untilAnswered } from './activities.js';
import { failureType, reason, roomGone, timeoutType } from './failures.js';
import type { Saga } from './saga.js';

const WITHDRAW_AGENT = 'withdraw agent';

export interface ReadyAgent {
  attempt: number;
  jobId: string;
  hostId: string;
}

/**
 * Dispatches agents until one is ready. LiveKit drops a dispatch that no worker takes and still answers success, so a
 * dispatch that nobody accepted is made again; each attempt is fenced by its number.
 *
 * @param budgetMs first dispatch until ready, over all attempts
 * @param greeting what the agent will say first, to be synthesised while it connects
 * @param dispatched the first, when its dispatch was made with the room
 * @throws EndCall agent-unavailable, agent-dispatch-failed or agent-ready-timeout
 */
export async function readyAgent(
  call: CallState,
  undo: Saga,
  budgetMs: number,
  greeting?: string,
  dispatched?: AgentSeen,
): Promise<ReadyAgent> {
  const { policy } = call.input;
  const began = Date.now();
  const left = () => began + budgetMs - Date.now();
  let dispatches = 0;
  if (dispatched) call.enter('dispatch', undefined, dispatched.outcome !== 'dispatched');
  // Whichever attempt is the last: the earlier ones are withdrawn on the way.
  undo.add(WITHDRAW_AGENT, () => untilAnswered(policy).withdrawAgent(withdrawal(call, call.attempts.length)));
  while (dispatches < policy.dispatchAttempts && left() > 0) {
    if (dispatches > 0)
      await sleep(Math.min(policy.dispatchBackoffMs, left()), { summary: 'before the next dispatch' });
    dispatches += 1;
    const only = dispatches === 1;
    const agent = only && dispatched ? dispatched : await dispatch(call, undo, left(), greeting, only);
    await accepted(agent, Math.min(policy.acceptMs, left()));
    if (agent.outcome === 'accepted' || agent.outcome === 'ready') {
      call.enter('agent-ready', undefined, agent.outcome === 'ready');
      await ready(agent, policy.renewMs, left);
    }
    if (agent.outcome === 'ready') {
      undo.drop(WITHDRAW_AGENT); // it is in the room, and leaves when the room is deleted
      return { attempt: agent.attempt, jobId: agent.jobId!, hostId: agent.hostId! };
    }
    log.warn('Agent join timeout', { attempt: agent.attempt, outcome: agent.outcome, error: agent.error });
    withdraw(call, agent.attempt);
  }
  throw nobodyReady(dispatches === 0 ? [] : call.attempts.slice(-dispatches), Date.now() - began);
}

/** The next attempt, from now on the one that is wanted, and what dispatches its agent. */
export function nextAttempt(call: CallState, greeting: string | undefined): { agent: AgentSeen; dispatch: Dispatch } {
  const { room, callId, agentName, flow, caller } = call.input;
  const attempt = call.attempts.length + 1;
  const agent: AgentSeen = { attempt, outcome: 'dispatched', dispatchedAt: Date.now(), heard: 0, late: new Set() };
  call.attempts.push(agent);
  const own = isOwnFlow(flow);
  const language = own ? undefined : isRemoteFlow(flow) ? flow.language : flow.defaults?.language;
  const metadata = {
    ...{ callId, attempt },
    ...(greeting && { greeting }),
    ...(language && { language }),
    ...(caller && { caller }),
  };
  return { agent, dispatch: { room, agentName, metadata, ...(own && { own }) } };
}

/** An agent that is heard of was dispatched, whatever LiveKit answers, or does not. */
export const unlessHeardOf = (agent: AgentSeen, asked: Promise<void>): Promise<void> =>
  Promise.race([asked, condition(() => agent.outcome !== 'dispatched')]);

/** @param only no other was made before it, this time */
async function dispatch(
  call: CallState,
  undo: Saga,
  leftMs: number,
  greeting: string | undefined,
  only: boolean,
): Promise<AgentSeen> {
  const { agent, dispatch: order } = nextAttempt(call, greeting);
  const { attempt } = agent;
  call.enter('dispatch', attempt > 1 ? `attempt ${attempt}` : undefined);
  try {
    const asked = undo.making(() =>
      livekitMakes(call.input.policy, leftMs).dispatchAgent.executeWithOptions({ summary: `attempt ${attempt}` }, [
        order,
      ]),
    );
    await unlessHeardOf(agent, asked);
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    if (agent.outcome !== 'dispatched') return agent;
    // The budget ended before LiveKit could answer: what became of the attempts before it is what the call ends of.
    const outOfTime = !only && timeoutType(error) === 'SCHEDULE_TO_CLOSE';
    agent.outcome = outOfTime ? 'not-accepted' : 'dispatch-failed';
    if (outOfTime) return agent;
    agent.error = reason(error);
    if (failureType(error) === ROOM_GONE) throw roomGone();
    throw new EndCall(
      'agent-dispatch-failed',
      `LiveKit refused to dispatch an agent: ${agent.error}. Check that the call worker reaches LiveKit and that its API key is valid.`,
    );
  }
  return agent;
}

const accepted = (agent: AgentSeen, ms: number) =>
  condition(() => agent.outcome !== 'dispatched', Math.max(1, ms), {
    summary: `attempt ${agent.attempt} accepted?`,
  }).then((heard) => {
    if (!heard) agent.outcome = 'not-accepted';
  });

/** Waits while the job loads, as long as its host keeps saying that it is still there. */
async function ready(agent: AgentSeen, renewMs: number, left: () => number): Promise<void> {
  while (agent.outcome === 'accepted') {
    const heard = agent.heard;
    const ms = Math.max(1, Math.min(renewMs, left()));
    const moved = await condition(() => agent.outcome !== 'accepted' || agent.heard > heard, ms, {
      summary: `attempt ${agent.attempt} ready?`,
    });
    if (!moved) agent.outcome = left() <= 0 ? 'not-ready' : 'not-renewed';
    else if (agent.outcome === 'accepted' && left() <= 0) agent.outcome = 'not-ready';
  }
}

/** Not waited for: a superseded agent is kept out by its attempt number, so the next one need not queue behind it. */
export function withdraw(call: CallState, attempt: number): void {
  const { policy } = call.input;
  void untilAnswered(policy)
    .withdrawAgent(withdrawal(call, attempt))
    .catch((error: unknown) => {
      // Canceled: the call ends, and the room with everyone in it is deleted.
      if (!isCancellation(error)) log.warn('Superseded agent not withdrawn', { attempt, error: reason(error) });
    });
}

/** An own agent says under which identity it is in the room. */
function withdrawal(call: CallState, attempt: number) {
  const identity = call.attempts[attempt - 1]?.identity;
  return { room: call.input.room, attempt, ...(identity && { identity }) };
}

function nobodyReady(attempts: AgentSeen[], tookMs: number): EndCall {
  if (attempts.length === 0)
    return new EndCall(
      'agent-ready-timeout',
      'No time was left for an agent: all of it went by until a call worker took the call and its room was made. Call worker or LiveKit are overloaded or slow: look at the stages of this call.',
    );
  const over = `in ${attempts.length} attempt${attempts.length === 1 ? '' : 's'} over ${(tookMs / 1000).toFixed(1)} s`;
  if (attempts.every(({ outcome }) => outcome === 'not-accepted'))
    return new EndCall(
      'agent-unavailable',
      `No agent worker accepted the job ${over}. Agent worker may be overloaded or restarting: check agent-worker.log and the agent's health endpoint.`,
    );
  const errors = attempts.map(
    ({ attempt, outcome, error }) => `attempt ${attempt} ${outcome}${error ? ` (${error})` : ''}`,
  );
  return new EndCall(
    'agent-ready-timeout',
    `An agent worker accepted the job but no agent became ready ${over}: ${errors.join(', ')}. Its providers may be slow or failing, or the host out of warm processes: check agent-worker.log and the agent's health endpoint.`,
  );
}
