import { condition, isCancellation, log } from '@temporalio/workflow';
import type { AskCommand, ConverseCommand, SayCommand } from '../callflow/interpreter.js';
import { AGENT_FAILURES } from '../contract/index.js';
import type { AgentAddress, Asked, Chat, Conversed, Flow, Said, Say, StartFlow } from '../contract/index.js';
import { agentActivities } from './activities.js';
import { callerIsGone } from './caller.js';
import { AgentLost, unlessGone } from './agent-lost.js';
import type { Agents } from './agent-lost.js';
import { askTo, converseTo, sayTo } from './agent-commands.js';
import type { Words } from './agent-commands.js';
import { chatOf, failureType, reason, timeoutType, WORKER_SHUTDOWN } from './failures.js';
import type { Participants } from './participants.js';
import type { CallState } from './state.js';
import { EndCall } from './state.js';
import { Suspicion } from './suspicion.js';

/** Characters of spoken text shown in the Temporal Web UI. */
const SUMMARY = 80;

/** No single node lasts longer; the call's own `maxDurationMs` ends it before. */
const SLACK_MS = 60_000;

type OnAgent = ReturnType<typeof agentActivities>;

/**
 * The conversation with whichever agent holds the call. A node whose agent is lost runs again on the next one; the
 * caller stays in the room. Evidence first: a failed activity says that the job is gone; a missed heartbeat alone is
 * a suspicion, since Temporal being away looks the same, and the same host is asked again first.
 */
export class Conversation {
  private remote: StartFlow['remote'];

  constructor(
    private readonly call: CallState,
    private readonly flow: Pick<Flow, 'id' | 'resume'>,
    private readonly participants: Participants,
    private readonly agents: Agents,
  ) {}

  /** Starts the flow on the agent, with the words it begins with. */
  async begin(greeting?: SayCommand, remote?: StartFlow['remote']): Promise<Said | undefined> {
    this.remote = remote;
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

  /** An agent that is lost leaves the chat: with its activity's failure, or with the message that it is gone. */
  async converse(command: ConverseCommand): Promise<Conversed> {
    const { call } = this;
    let left: Chat | undefined;
    const later = (chat: Chat | undefined) => {
      if (chat?.nodeRunId === command.nodeRunId && chat.changes >= (left?.changes ?? 0)) left = chat;
      return left;
    };
    return this.recovering(() =>
      this.onAgent(`${command.node}: conversation`, (agent, options) => {
        const task = converseTo(this.address, call.input.policy.silenceMs, command, later(call.chat));
        return agent.converse.executeWithOptions(options, [task]).catch((error: unknown) => {
          later(chatOf(error));
          throw error;
        });
      }),
    );
  }

  private sayOf = (words: Words): Say => sayTo(this.address, this.call.input.policy.silenceMs, words);

  private async startFlow(resumed: boolean, greeting: Say | undefined): Promise<Said | undefined> {
    const { flow } = this;
    const { variables, input } = this.call;
    const { org, room } = input;
    const words = greeting ? `: ${greeting.text.slice(0, SUMMARY)}` : '';
    try {
      const started = await this.onAgent(`${resumed ? 'resume' : 'start'} flow ${flow.id}${words}`, (agent, options) =>
        agent.startFlow.executeWithOptions(options, [
          {
            ...{ ...this.address, flowId: flow.id, org, room, variables, resumed },
            ...(greeting && { greeting }),
            ...(this.remote && { remote: this.remote }),
          },
        ]),
      );
      return started.said;
    } catch (error) {
      if (isCancellation(error) || error instanceof AgentLost || error instanceof EndCall) throw error;
      // A flow that runs already goes on with yet another agent.
      if (resumed && failureType(error) === AGENT_FAILURES.job) throw error;
      log.error(`Failed to start flow after ${this.agents.tried} attempts`, { error: reason(error) });
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
        await this.agents.replace(reason(error));
        this.call.enter('flow', `resumed on agent ${this.agents.current.attempt}`);
        resume = true;
      }
    }
  }

  /** The replacement says sorry first, in the flow's own words; then the lost node runs again. */
  private async resume(): Promise<void> {
    const text = this.flow.resume;
    const nodeRunId = `resume-${this.agents.current.attempt}`;
    await this.startFlow(true, text ? this.sayOf({ nodeRunId, text }) : undefined);
    if (text) this.call.heardOrSaid({ at: Date.now(), node: 'resume', who: 'agent', text });
  }

  private get address(): AgentAddress {
    const { attempt, jobId } = this.agents.current;
    return { callId: this.call.input.callId, attempt, jobId };
  }

  /** One activity on the agent's host; a second time when the first was only suspected lost. */
  private async onAgent<T>(
    summary: string,
    run: (agent: OnAgent, options: { summary: string }) => Promise<T>,
  ): Promise<T> {
    const { heartbeatMs, reattachMs, maxDurationMs } = this.call.input.policy;
    const agent = agentActivities(this.agents.current.hostId, {
      heartbeatMs,
      reattachMs,
      longestMs: maxDurationMs + SLACK_MS,
    });
    const suspicion = new Suspicion(this.call, this.agents.current);
    for (;;) {
      const again = suspicion.asks();
      try {
        return await unlessGone(this.call, this.participants, () =>
          run(agent, { summary: again ? `${summary} (again)` : summary }),
        );
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
        const silence = timeoutType(error);
        if (!silence) throw error;
        await suspicion.silent(silence);
      }
    }
  }
}
