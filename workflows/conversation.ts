import { CancellationScope, condition, isCancellation, log } from '@temporalio/workflow';
import type { AskCommand, SayCommand } from '../callflow/interpreter.js';
import { AGENT_FAILURES, agentIdentity } from '../contract/index.js';
import type { AgentAddress, Asked, Said, Say } from '../contract/index.js';
import { agentActivities, livekit } from './activities.js';
import { withdraw } from './agent.js';
import { callerIsGone } from './caller.js';
import type { ReadyAgent } from './agent.js';
import { askTo, sayTo } from './agent-commands.js';
import type { Words } from './agent-commands.js';
import { failureType, reason, timeoutType, WORKER_SHUTDOWN } from './failures.js';
import type { Participants } from './participants.js';
import type { CallState } from './state.js';
import { EndCall } from './state.js';

/** Characters of spoken text shown in the Temporal Web UI. */
const SUMMARY = 80;

/** No single node lasts longer; the call's own `maxDurationMs` ends it before. */
const SLACK_MS = 60_000;

class AgentLost extends Error {}

type OnAgent = ReturnType<typeof agentActivities>;

/**
 * The conversation with whichever agent holds the call. A node whose agent is lost runs again on the next one; the
 * caller stays in the room. Evidence first: a failed activity says that the job is gone; a missed heartbeat alone is
 * a suspicion, since Temporal being away looks the same, and the same host is asked again first.
 */
export class Conversation {
  private recoveries = 0;

  constructor(
    private readonly call: CallState,
    private readonly participants: Participants,
    private agent: ReadyAgent,
    /** Dispatches until the next agent is ready. */
    private readonly replace: () => Promise<ReadyAgent>,
  ) {}

  /** Starts the flow on the agent, with the words it begins with. */
  async begin(greeting?: SayCommand): Promise<Said | undefined> {
    return this.recovering(() => this.startFlow(false, greeting && this.sayOf(greeting)));
  }

  async say(command: SayCommand): Promise<Said> {
    return this.recovering(() =>
      this.onAgent(`${command.node}: ${command.text.slice(0, SUMMARY)}`, (agent, options) =>
        agent.say.executeWithOptions(options, [this.sayOf(command)]),
      ),
    );
  }

  async ask(command: AskCommand): Promise<Asked> {
    return this.recovering(() =>
      this.onAgent(`${command.node}: ${command.prompt.slice(0, SUMMARY)}`, (agent, options) =>
        agent.ask.executeWithOptions(options, [askTo(this.address, this.call.input.policy.silenceMs, command)]),
      ),
    );
  }

  private sayOf = (words: Words): Say => sayTo(this.address, this.call.input.policy.silenceMs, words);

  private async startFlow(resumed: boolean, greeting: Say | undefined): Promise<Said | undefined> {
    const { flow, org, room } = this.call.input;
    const { variables } = this.call;
    const words = greeting ? `: ${greeting.text.slice(0, SUMMARY)}` : '';
    try {
      const started = await this.onAgent(`${resumed ? 'resume' : 'start'} flow ${flow.id}${words}`, (agent, options) =>
        agent.startFlow.executeWithOptions(options, [
          { ...this.address, flowId: flow.id, org, room, variables, resumed, ...(greeting && { greeting }) },
        ]),
      );
      return started.said;
    } catch (error) {
      if (isCancellation(error) || error instanceof AgentLost || error instanceof EndCall) throw error;
      // A flow that runs already goes on with yet another agent.
      if (resumed && failureType(error) === AGENT_FAILURES.job) throw error;
      log.error(`Failed to start flow after ${this.recoveries + 1} attempts`, { error: reason(error) });
      throw new EndCall(
        'flow-start-failed',
        `The agent could not start flow ${flow.id}: ${reason(error)}. Check agent-worker.log.`,
      );
    }
  }

  /** Runs a node, again on a new agent for as long as agents are lost and recoveries are left. */
  private async recovering<T>(node: () => Promise<T>): Promise<T> {
    let resume = false;
    for (;;) {
      try {
        if (resume) await this.resume();
        return await node();
      } catch (error) {
        // A job that fails at a node in a way nobody planned for may be the only one that does.
        if (!(error instanceof AgentLost) && failureType(error) !== AGENT_FAILURES.job) throw error;
        await this.replaceAgent(reason(error));
        this.call.enter('flow', `resumed on agent ${this.agent.attempt}`);
        resume = true;
      }
    }
  }

  /** @throws EndCall agent-lost when no recoveries are left */
  replaceAgent = async (why: string): Promise<void> => {
    const { attempts, input } = this.call;
    const lost = attempts.at(-1);
    if (lost) Object.assign(lost, { outcome: 'lost', error: why });
    log.warn('Agent lost', { attempt: this.agent.attempt, error: why });
    if (this.recoveries >= input.policy.recoveries)
      throw new EndCall(
        'agent-lost',
        `${attempts.length} agents were lost, the last one: ${why}. Check agent-worker.log for crashes and memory.`,
      );
    this.recoveries += 1;
    withdraw(this.call, this.agent.attempt); // it may live on, unheard of
    this.agent = await this.replace();
  };

  /** The replacement says sorry first, in the flow's own words; then the lost node runs again. */
  private async resume(): Promise<void> {
    const text = this.call.input.flow.resume;
    const nodeRunId = `resume-${this.agent.attempt}`;
    await this.startFlow(true, text ? this.sayOf({ nodeRunId, text }) : undefined);
    if (text) this.call.heardOrSaid({ at: Date.now(), node: 'resume', who: 'agent', text });
  }

  private get address(): AgentAddress {
    const { attempt, jobId } = this.agent;
    return { callId: this.call.input.callId, attempt, jobId };
  }

  /** One activity on the agent's host; a second time when the first was only suspected lost. */
  private async onAgent<T>(
    summary: string,
    run: (agent: OnAgent, options: { summary: string }) => Promise<T>,
  ): Promise<T> {
    const { heartbeatMs, reattachMs, maxDurationMs } = this.call.input.policy;
    const agent = agentActivities(this.agent.hostId, { heartbeatMs, reattachMs, longestMs: maxDurationMs + SLACK_MS });
    for (let suspected = false; ; suspected = true) {
      try {
        return await this.unlessGone(() => run(agent, { summary: suspected ? `${summary} (again)` : summary }));
      } catch (error) {
        if (isCancellation(error) || error instanceof AgentLost) throw error;
        const type = failureType(error);
        if (type === AGENT_FAILURES.tts)
          throw new EndCall('tts-failed', `${reason(error)}. Check the speech provider.`);
        if (type === AGENT_FAILURES.silent && (await callerIsGone(this.call, this.participants))) {
          await condition(() => this.participants.caller); // the call ends, unless the caller comes back
          continue;
        }
        if (type === AGENT_FAILURES.lost || type === AGENT_FAILURES.silent || type === WORKER_SHUTDOWN)
          throw new AgentLost(reason(error));
        if (timeoutType(error) === 'HEARTBEAT' && !suspected) {
          log.warn('Agent host missed its heartbeat, asking it again', { hostId: this.agent.hostId });
          continue;
        }
        if (timeoutType(error)) throw new AgentLost(`its host ${this.agent.hostId} does not answer`);
        throw error;
      }
    }
  }

  /** Runs an activity unless the host or the room says meanwhile that the agent is gone. */
  private async unlessGone<T>(activity: () => Promise<T>): Promise<T> {
    const scope = new CancellationScope();
    try {
      return await scope.run(() => Promise.race([activity(), this.gone()]));
    } finally {
      scope.cancel();
    }
  }

  private async gone(): Promise<never> {
    const identity = agentIdentity(this.agent.attempt);
    const { current } = this.call;
    const { agentsLeft } = this.participants;
    const failed = () => current?.outcome === 'lost';
    for (;;) {
      await condition(() => failed() || agentsLeft.has(identity));
      if (!failed()) await condition(failed, this.call.input.policy.absentMs);
      if (failed()) throw new AgentLost(current?.error ?? 'its job failed');
      agentsLeft.delete(identity);
      if (await this.isAbsent(identity)) throw new AgentLost('it left the room');
    }
  }

  /** When LiveKit cannot be asked, the agent keeps the call: only evidence costs it its place. */
  private async isAbsent(identity: string): Promise<boolean> {
    const { room, policy } = this.call.input;
    try {
      const { identities } = await livekit(policy).lookAtRoom({ room });
      return !identities.includes(identity);
    } catch (error) {
      if (isCancellation(error)) throw error;
      log.warn('Cannot look whether the agent is in the room', { identity, error: reason(error) });
      return false;
    }
  }
}
