import type { Client, WorkflowHandle } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { vi } from 'vitest';
import {
  CALLER_IDENTITY,
  callWorkflowId,
  completePolicy,
  DEFAULT_AGENT_NAME,
  DEFAULT_POLICY,
  MESSAGES,
  roomName,
} from '../../contract/index.js';
import type {
  CallInput,
  CallPolicy,
  CallView,
  DispatchMetadata,
  EndedBy,
  Flow,
  RemoteFlow,
  Stage,
} from '../../contract/index.js';
import type { call as callWorkflow } from '../../workflows/call.js';
import { healthy, ScriptedAgent } from './scripted-agent.js';
import type { AgentScript } from './scripted-agent.js';
import type { ScriptedHost } from './scripted-host.js';
import { ScriptedRoom } from './scripted-livekit.js';
import type { LiveKitScript } from './scripted-livekit.js';
import type { PhoneScript, ReferScript } from './scripted-phone.js';

export const GREETING: Flow = {
  schema: 'callflow/v1',
  id: 'greeting',
  start: 'greet',
  resume: 'Sorry about that, I am back.',
  vars: { name: { type: 'string', default: 'there' } },
  nodes: {
    greet: { type: 'say', text: 'Hello {{name}}!', next: 'works' },
    works: { type: 'say', text: 'It works.', next: 'bye' },
    bye: { type: 'hangup', outcome: 'done' },
  },
};

/** Budgets that no busy machine uses up: a test makes small only what it is about. */
const PATIENT: CallPolicy = {
  ...DEFAULT_POLICY,
  ...{ acceptMs: 20_000, readyMs: 40_000, setupMs: 45_000, renewMs: 20_000, dispatchBackoffMs: 10 },
  ...{ heartbeatMs: 20_000, reattachMs: 20_000 },
};

/** An outbound call. */
export const DIALS: Partial<CallInput> = { direction: 'outbound', to: { phone: '+4930901820' } };

export interface Scene {
  policy?: Partial<CallPolicy>;
  flow?: Flow | RemoteFlow;
  input?: Partial<CallInput>;
  livekit?: LiveKitScript;
  /** The agent of each dispatch; the last one serves all further ones. Default: healthy. */
  agents?: AgentScript[];
  /** What the phone that is called does. Default: answers. */
  phone?: PhoneScript;
  /** What a transfer comes to. Default: the caller is taken over, and stays in the room. */
  refer?: ReferScript;
  /** Whether the caller joins as soon as there is a room. Default true; not of a call that is dialled. */
  caller?: boolean;
}

export interface Surroundings {
  client: Client;
  taskQueue: string;
  host: ScriptedHost;
  released: Promise<void>;
}

const CallOrg = defineSearchAttributeKey('CallOrg', SearchAttributeType.KEYWORD);
const CallStage = defineSearchAttributeKey('CallStage', SearchAttributeType.KEYWORD);

/** A call of the real workflow, with everything that surrounds it. */
export class ScriptedCall {
  readonly room: string;
  readonly livekit: ScriptedRoom;
  /** The agents that were dispatched, by attempt: the first one is `agents[0]`. */
  readonly agents: ScriptedAgent[] = [];
  constructor(
    readonly id: string,
    private readonly scene: Scene,
    private readonly around: Surroundings,
  ) {
    this.room = roomName(id);
    this.livekit = new ScriptedRoom({ ...scene.livekit }, around.released, {
      roomCreated: async () => {
        if (scene.caller !== false && !scene.input?.to) await this.callerJoins();
      },
      dialled: scene.phone,
      referred: scene.refer,
      dispatched: (metadata) => this.dispatched(metadata),
    });
  }

  async start(): Promise<this> {
    await this.around.client.workflow.start<typeof callWorkflow>('call', this.startOptions());
    return this;
  }

  startOptions = () => ({
    workflowId: callWorkflowId(this.id),
    taskQueue: this.around.taskQueue,
    args: [this.input()] as [CallInput],
    typedSearchAttributes: [
      { key: CallStage, value: 'admitted' },
      { key: CallOrg, value: this.input().org },
    ],
  });

  get handle(): WorkflowHandle<typeof callWorkflow> {
    return this.around.client.workflow.getHandle<typeof callWorkflow>(callWorkflowId(this.id));
  }

  view = () => this.handle.query<CallView, []>(MESSAGES.view);
  result = () => this.handle.result();
  signal = (name: string, ...payload: unknown[]): Promise<void> => this.handle.signal(name, ...payload);
  hangup = (by: EndedBy = 'api') => this.signal(MESSAGES.hangup, { by });
  cancel = () => this.handle.cancel();

  callerJoins = (sid = 'PA_1') => {
    this.livekit.callerSid = sid;
    return this.caller({ kind: 'joined', sid });
  };
  callerLeaves = ({ sid = 'PA_1', ...more }: { sid?: string; intentional?: boolean } = {}) => {
    if (this.livekit.callerSid === sid) this.livekit.callerSid = undefined;
    return this.caller({ kind: 'left', sid, ...more });
  };

  /** Answers when the call is there; bounded by the test's own limit. */
  awaitStage = (stage: Stage) =>
    this.handle.executeUpdate<CallView, [{ stage: Stage }]>(MESSAGES.awaitStage, { args: [{ stage }] });

  /** Until what `check` expects holds. */
  eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 30_000, interval: 20 });

  /** Until LiveKit was asked for this. */
  asked = (entry: string): Promise<void> =>
    this.eventually(() => {
      if (!this.livekit.log.includes(entry)) throw new Error(`LiveKit was asked ${this.livekit.log.join(', ')}`);
    });

  /** Until it stands at this very stage, as operators see it. */
  at = (stage: Stage): Promise<void> =>
    this.eventually(async () => {
      const { stage: now } = await this.view();
      if (now !== stage) throw new Error(`call ${this.id} is at ${now}, not at ${stage}`);
    });

  private caller = (event: object) =>
    this.signal(MESSAGES.roomEvent, { identity: CALLER_IDENTITY, at: Date.now(), ...event });

  private async dispatched({ attempt }: DispatchMetadata): Promise<void> {
    const scripts = this.scene.agents ?? [healthy];
    const script = scripts[Math.min(this.agents.length, scripts.length - 1)] ?? healthy;
    const host = script.host ?? this.around.host;
    const agent = new ScriptedAgent(this, attempt, host, script);
    this.agents.push(agent);
    host.take(agent);
    await script.dispatched(agent);
  }

  private input(): CallInput {
    const flow = this.scene.flow ?? GREETING;
    return {
      callId: this.id,
      org: 'test',
      room: this.room,
      direction: 'web',
      agentName: DEFAULT_AGENT_NAME,
      flow,
      flowHash: '0',
      variables: { name: 'Ada' },
      policy: completePolicy(this.scene.policy, PATIENT),
      startBy: Date.now() + 60_000,
      ...this.scene.input,
    };
  }
}
