import { CancellationScope, condition, isCancellation, log } from '@temporalio/workflow';
import { agentIdentity } from '../contract/index.js';
import { livekit } from './activities.js';
import { withdraw } from './agent.js';
import type { ReadyAgent } from './agent.js';
import { reason } from './failures.js';
import { measureRecovery } from './measure.js';
import type { Participants } from './participants.js';
import type { CallState } from './state.js';
import { EndCall } from './state.js';

export class AgentLost extends Error {}

/** The agent that holds the call. One that is lost is replaced, as often as the policy says. */
export class Agents {
  private recoveries = 0;

  constructor(
    private readonly call: CallState,
    private agent: ReadyAgent,
    /** Dispatches until the next agent is ready. */
    private readonly next: () => Promise<ReadyAgent>,
  ) {}

  get current(): ReadyAgent {
    return this.agent;
  }

  get tried(): number {
    return this.recoveries + 1;
  }

  /** @throws EndCall agent-lost when no recoveries are left */
  replace = async (why: string): Promise<void> => {
    const { attempts, input } = this.call;
    const lost = attempts.at(-1);
    if (lost) Object.assign(lost, { outcome: 'lost', error: why });
    log.warn('Agent lost', { attempt: this.agent.attempt, error: why });
    if (this.recoveries >= input.policy.recoveries)
      throw new EndCall(
        'agent-lost',
        `${attempts.length === 1 ? '1 agent was' : `${attempts.length} agents were`} lost, the last one: ${why}. Check agent-worker.log for crashes and memory.`,
      );
    this.recoveries += 1;
    measureRecovery();
    withdraw(this.call, this.agent.attempt); // it may live on, unheard of
    this.agent = await this.next();
  };
}

/** Waits for the agent's work unless its host or the room says meanwhile that the agent is gone. @throws AgentLost */
export async function unlessGone<T>(call: CallState, participants: Participants, work: () => Promise<T>): Promise<T> {
  const scope = new CancellationScope();
  try {
    return await scope.run(() => Promise.race([work(), gone(call, participants)]));
  } finally {
    scope.cancel();
  }
}

async function gone(call: CallState, { agentsLeft }: Participants): Promise<never> {
  const { current } = call;
  const identity = current?.identity ?? agentIdentity(current?.attempt ?? 0);
  const failed = () => current?.outcome === 'lost';
  for (;;) {
    await condition(() => failed() || agentsLeft.has(identity));
    if (!failed()) await condition(failed, call.input.policy.absentMs, { summary: 'agent back in the room?' });
    if (failed()) throw new AgentLost(current?.error ?? 'its job failed');
    agentsLeft.delete(identity);
    if (await isAbsent(call, identity)) throw new AgentLost('it left the room');
  }
}

/** When LiveKit cannot be asked, the agent keeps the call: only evidence costs it its place. */
export async function isAbsent(call: CallState, identity: string): Promise<boolean> {
  const { room, policy } = call.input;
  try {
    const { identities } = await livekit(policy).lookAtRoom({ room });
    return !identities.includes(identity);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('Cannot look whether the agent is in the room', { identity, error: reason(error) });
    return false;
  }
}
