import { ApplicationFailure } from '@temporalio/common';
import { AGENT_FAILURES, AGENT_PROTOCOL, agentIdentity, MESSAGES } from '../../contract/index.js';
import type {
  AgentAccepted,
  AgentFailed,
  AgentReady,
  Ask,
  Asked,
  Chat,
  Converse,
  Conversed,
  Said,
  Say,
  StartFlow,
} from '../../contract/index.js';
import type { ScriptedCall } from './scripted-call.js';
import { gate } from './scripted-gate.js';
import type { ScriptedHost } from './scripted-host.js';

/** How the agent of one dispatch behaves. */
export interface AgentScript {
  /** LiveKit was asked for an agent; what is awaited here has happened before LiveKit answers. */
  dispatched(agent: ScriptedAgent): Promise<void> | void;
  /** The host that takes the job. Default: the world's own. */
  host?: ScriptedHost;
  /** Default: works. */
  startFlow?(agent: ScriptedAgent, command: StartFlow): Promise<void>;
  /** Speaks one node. Default: done at once. */
  say?(agent: ScriptedAgent, command: Say): Promise<Said>;
  /** Default: the caller says nothing. */
  ask?(agent: ScriptedAgent, command: Ask): Promise<Asked>;
  /** Default: there is no model. */
  converse?(agent: ScriptedAgent, command: Converse): Promise<Conversed>;
}

export const SAID: Said = { playedMs: 1, firstAudioMs: 1 };

/** Accepts the job, and is ready soon. */
export const healthy: AgentScript = {
  async dispatched(agent) {
    await agent.accept();
    void agent.ready();
  },
};

/** Ready before LiveKit answers: for budgets that are too small for anything else. */
export const readyAtOnce: AgentScript = {
  async dispatched(agent) {
    await agent.accept();
    await agent.ready();
  },
};

/** No worker takes the job, and LiveKit does not tell. */
export const lost: AgentScript = { dispatched: () => undefined };

/**
 * A scene in which the second agent is dispatched soon, by a request of its own: the first one's dispatch is made with
 * the room, and nobody takes it.
 */
export const dispatchedAnew = { agents: [lost, healthy], policy: { acceptMs: 60, dispatchBackoffMs: 1 } };

/** A worker takes the job and is never heard of again. */
export const acceptsOnly: AgentScript = { dispatched: (agent) => agent.accept() };

/** Healthy, but its job dies when it is to say this text. */
export const diesSaying = (text: string): AgentScript => ({
  ...healthy,
  say: (agent, command) => (command.text === text ? agent.die() : Promise.resolve(SAID)),
});

export const failure = (type: string, message: string, ...details: unknown[]) =>
  ApplicationFailure.nonRetryable(message, type, ...details);

/** The job of one attempt, and what its host tells the call of it. */
export class ScriptedAgent {
  /** `nodeRunId` of each `say` and `ask` that arrived, repeated ones included. */
  readonly asked: string[] = [];
  /** Texts that were spoken to the end, in order. */
  readonly spoken: string[] = [];
  readonly started: StartFlow[] = [];
  readonly jobId: string;
  /** Where its conversation stands: its host's heartbeats and the evidence of its death carry it. */
  chat: Chat | undefined;
  /** Sends no heartbeats. */
  silent = false;
  private readonly runs = new Map<string, Promise<Said>>();
  private readonly gone = gate<never>();
  private dead = false;

  constructor(
    readonly call: ScriptedCall,
    readonly attempt: number,
    readonly host: ScriptedHost,
    private readonly script: AgentScript,
  ) {
    this.jobId = `AJ_${call.id}_${attempt}`;
  }

  get identity(): string {
    return agentIdentity(this.attempt);
  }

  accept = (more: Partial<AgentAccepted> = {}) =>
    this.call.signal(MESSAGES.agentAccepted, { ...this.name, hostId: this.host.id, queued: 0, ...more });

  /** In the room, and able to speak. */
  async ready(more: Partial<AgentReady> = {}): Promise<void> {
    const { hostId } = { hostId: this.host.id, ...more };
    this.call.livekit.join(this.identity);
    const timings = { connected: 1, ready: 2 };
    const message = { ...this.name, hostId, identity: this.identity, protocol: AGENT_PROTOCOL, timings, ...more };
    await this.call.signal(MESSAGES.agentReady, message);
  }

  fail = (error: string, more: Partial<AgentFailed> = {}) =>
    this.call.signal(MESSAGES.agentFailed, { ...this.name, error, ...more });

  /** The process is gone: whatever it was asked fails with the evidence. */
  die(): Promise<never> {
    this.dead = true;
    this.gone.close(this.evidence());
    return this.gone.passed;
  }

  async startFlow(command: StartFlow): Promise<Said | undefined> {
    this.mustLive();
    this.started.push(command);
    await this.script.startFlow?.(this, command);
    return command.greeting && this.say(command.greeting);
  }

  /** The same node again re-attaches to what is being said, as the real job does. */
  say(command: Say): Promise<Said> {
    this.mustLive();
    this.asked.push(command.nodeRunId);
    const running = this.runs.get(command.nodeRunId);
    if (running) return running;
    const run = Promise.race([this.speak(command), this.gone.passed]);
    this.runs.set(command.nodeRunId, run);
    return run;
  }

  ask(command: Ask): Promise<Asked> {
    this.mustLive();
    this.asked.push(command.nodeRunId);
    const run = this.script.ask?.(this, command) ?? Promise.resolve<Asked>({ kind: 'noInput' });
    return Promise.race([run, this.gone.passed]);
  }

  converse(command: Converse): Promise<Conversed> {
    this.mustLive();
    this.asked.push(command.nodeRunId);
    const none: Conversed = { outcome: 'unavailable', collected: {}, said: [], turns: 0 };
    return Promise.race([this.script.converse?.(this, command) ?? Promise.resolve(none), this.gone.passed]);
  }

  private async speak(command: Say): Promise<Said> {
    const said = (await this.script.say?.(this, command)) ?? SAID;
    this.spoken.push(command.text);
    return said;
  }

  private mustLive(): void {
    if (this.dead) throw this.evidence();
  }

  private evidence = () =>
    failure(
      AGENT_FAILURES.lost,
      `agent ${this.attempt} (job ${this.jobId}) is gone: killed`,
      ...(this.chat ? [this.chat] : []),
    );

  private get name() {
    return { attempt: this.attempt, jobId: this.jobId };
  }
}
