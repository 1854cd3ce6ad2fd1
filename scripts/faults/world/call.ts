import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowFailedError } from '@temporalio/client';
import type { CallInput, CallPolicy, CallView, EndedReason, Stage, Variables } from '../../../contract/index.js';
import { callWorkflowId, roomName } from '../../../contract/index.js';
import { newCallId } from '../../../gateway/call-id.js';
import { DEFAULT_ORG } from '../../../gateway/auth/hook.js';
import { GatewayError, type StartedCall, type StartOptions } from '../../../client/index.js';
import type { GatewayApi } from '../../call/api.js';
import { type Caller, joinAsCaller } from '../../call/caller.js';
import type { Servers } from './servers.js';
import { until } from './until.js';

/** Longest wait for the gateway's answer, its client's own repetitions included. Milliseconds. */
const START_MS = 60_000;
/** Longest wait for the room. Milliseconds. */
const JOIN_MS = 60_000;
/** One look at Temporal. Milliseconds. */
const LOOK_MS = 3_000;
/** Longest wait for an answer that comes when the call ends, since a server that died may not say so. Milliseconds. */
const LISTEN_MS = 15_000;
const AGAIN_MS = 200;

export interface CallOptions {
  flowId: string;
  policy?: Partial<CallPolicy>;
  variables?: Variables;
  /** How long it may wait for a place. Milliseconds. */
  queueMs?: number;
}

/** A call made by the suite. Its id is known before it is asked for, so that faults can be laid out for it. */
export class TestCall {
  readonly callId: string;
  readonly room: string;
  requestedAt = 0;
  started: StartedCall | undefined;
  caller: Caller | undefined;
  private readonly over = new AbortController();

  constructor(
    private readonly servers: Servers,
    private readonly api: GatewayApi,
    readonly options: CallOptions,
    readonly key: string,
  ) {
    this.callId = newCallId(DEFAULT_ORG, key);
    this.room = roomName(this.callId);
  }

  /** Asks for it, again with the same key for as long as the gateway is away. */
  async start(how: Pick<StartOptions, 'atLimit'> = {}): Promise<this> {
    this.requestedAt ||= Date.now();
    const signal = AbortSignal.timeout(START_MS);
    while (!this.started) {
      try {
        this.started = await this.api.start(this.options, { key: this.key, signal, ...how });
      } catch (error) {
        const again = error instanceof GatewayError && (how.atLimit === 'throw' ? error.unsettled : error.passing);
        if (!again || signal.aborted) throw error;
      }
    }
    if (this.started.callId !== this.callId) throw new Error(`call ${this.callId} became ${this.started.callId}`);
    return this;
  }

  /** Joins its room, unless the call has ended before there was one. */
  async join(): Promise<this> {
    const { requestedAt, over, started } = this;
    const options = { requestedAt, joinTimeoutMs: JOIN_MS, signal: over.signal };
    try {
      if (started?.livekit) this.caller = await joinAsCaller({ ...started.livekit, ...options });
    } catch (error) {
      if (!over.signal.aborted) throw error;
    }
    return this;
  }

  async leave(): Promise<void> {
    await this.caller?.leave().catch(() => undefined);
  }

  private get handle() {
    return this.servers.client.workflow.getHandle<(input: CallInput) => Promise<CallView>>(callWorkflowId(this.callId));
  }

  private look<T>(request: () => Promise<T>): Promise<T> {
    return this.servers.client.withDeadline(Date.now() + LOOK_MS, request);
  }

  view = (): Promise<CallView> => this.look(() => this.handle.query<CallView>('view'));
  hangup = (): Promise<void> => this.api.hangup(this.callId);
  cancel = (): Promise<unknown> => this.look(() => this.handle.cancel());
  terminate = (): Promise<unknown> => this.look(() => this.handle.terminate('fault suite'));

  /** The stage as Temporal lists it: needs no worker. */
  async stage(): Promise<Stage | undefined> {
    const { searchAttributes } = await this.look(() => this.handle.describe());
    return searchAttributes.CallStage?.[0] as Stage | undefined;
  }

  exists = (): Promise<boolean> =>
    this.look(() => this.handle.describe()).then(
      () => true,
      () => false,
    );

  /** Waits for the stage by looking at it, as an operator would. */
  async untilStage(stage: Stage, timeoutMs = 30_000): Promise<void> {
    const look = async () => (await this.stage()) === stage;
    await until(`call ${this.callId} to be in stage ${stage}`, look, { timeoutMs, everyMs: 10 });
  }

  /** Waits until the caller has heard so much speech. Milliseconds. */
  async untilHeard(ms: number): Promise<void> {
    await until(`the caller of ${this.callId} to hear ${ms} ms`, () => (this.caller?.audibleMs ?? 0) >= ms, {
      everyMs: 20,
    });
  }

  /**
   * The result of the closed workflow; undefined when it does not close in time, or closed without one. Temporal says
   * when it closes: to look at many calls again and again would be a fault of its own.
   */
  async ended(timeoutMs: number): Promise<CallView | undefined> {
    const by = Date.now() + timeoutMs;
    try {
      for (;;) {
        const deadline = Math.min(by, Date.now() + LISTEN_MS);
        try {
          return await this.servers.client.withDeadline(deadline, () => this.handle.result());
        } catch (error) {
          if (error instanceof WorkflowFailedError || Date.now() >= by) return undefined;
          await sleep(AGAIN_MS);
        }
      }
    } finally {
      this.over.abort();
    }
  }

  /** For people: when each stretch of speech began, from the request, and how much of it was audible. */
  get heardWhen(): string {
    const segments = this.caller?.segments ?? [];
    return segments.map(({ startAt, audibleMs }) => `${audibleMs} ms from ${startAt - this.requestedAt}`).join(', ');
  }

  /** Milliseconds of speech heard from each agent. */
  get heardFrom(): Record<string, number> {
    const heard: Record<string, number> = {};
    for (const { identity, audibleMs } of this.caller?.segments ?? [])
      heard[identity] = (heard[identity] ?? 0) + audibleMs;
    return heard;
  }
}

/** When a call ended. Milliseconds since the epoch. */
export const endedAt = (view: CallView): number => view.timeline.at(-1)!.at;

/** When a stage began last: a lost agent takes a call back to earlier ones. */
export const lastBeganAt = (view: CallView, stage: Stage): number | undefined =>
  view.timeline.findLast((entry) => entry.stage === stage)?.at;

export const reasonOf = (view: CallView | undefined): EndedReason | undefined => view?.ended?.reason;
