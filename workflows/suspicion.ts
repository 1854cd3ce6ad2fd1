import { log, patched } from '@temporalio/workflow';
import { agentIdentity } from '../contract/index.js';
import { AgentLost, isAbsent } from './agent-lost.js';
import type { ReadyAgent } from './agent.js';
import type { timeoutType } from './failures.js';
import type { CallState } from './state.js';

type Silence = NonNullable<ReturnType<typeof timeoutType>>;

/** Calls that began before may have taken the first work that nobody took for a loss. */
const ASKED_AGAIN = 'host-asked-again';

/**
 * What one piece of work knows of its host's silence. The first time is a suspicion, since Temporal being away looks
 * the same: a timer that was due meanwhile fires the moment it is back, before a living host can answer.
 */
export class Suspicion {
  private times = 0;
  private askedAt = 0;

  constructor(
    private readonly call: CallState,
    private readonly agent: ReadyAgent,
  ) {}

  /** The work is given to the host. True when it has been before. */
  asks(): boolean {
    this.askedAt = Date.now();
    return this.times > 0;
  }

  /** @throws AgentLost unless the host may be asked again */
  async silent(how: Silence): Promise<void> {
    const { heartbeatMs, reattachMs } = this.call.input.policy;
    const { attempt, hostId } = this.agent;
    // A host that says nothing at all gets less than this: it was heard of meanwhile, so this is another suspicion.
    const heard = this.times > 0 && Date.now() - this.askedAt > heartbeatMs + reattachMs && patched(ASKED_AGAIN);
    this.times = heard ? 1 : this.times + 1;
    if (this.times > 1 || !(await this.mayLive(how, attempt)))
      throw new AgentLost(`its host ${hostId} does not answer`);
    log.warn('Agent host is silent, asking it again', { hostId, how });
  }

  /** Who did not even take the work may have been gone before; of most who are LiveKit knows by now. */
  private async mayLive(how: Silence, attempt: number): Promise<boolean> {
    if (how === 'HEARTBEAT') return true;
    return patched(ASKED_AGAIN) && !(await isAbsent(this.call, agentIdentity(attempt)));
  }
}
