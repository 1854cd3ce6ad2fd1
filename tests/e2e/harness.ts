import { randomUUID } from 'node:crypto';
import { dispose } from '@livekit/rtc-node';
import { RoomServiceClient } from 'livekit-server-sdk';
import { vi } from 'vitest';
import type { CallPolicy, CallView } from '../../contract/index.js';
import type { StartCall, StartedCall } from '../../client/index.js';
import { GatewayApi } from '../../scripts/call/api.js';
import { type Caller, joinAsCaller } from '../../scripts/call/caller.js';
import { silenceRtcLog } from '../../platform/rtc-log.js';

/** Generous: two shared cores. A test that is well waits nowhere near so long. Milliseconds. */
const LONG_MS = 90_000;

/** For tests that are not about time: a machine that is busy elsewhere costs no attempt. */
export const PATIENT: Partial<CallPolicy> = { acceptMs: 30_000, readyMs: 90_000, renewMs: 30_000 };

export interface LiveCall {
  created: StartedCall;
  callId: string;
  caller: Caller;
  view(): Promise<CallView>;
  ended(): Promise<CallView>;
}

/** Callers of a running stack: real calls over the API, real rooms, and what is heard in them. */
export class Callers {
  readonly api: GatewayApi;
  private readonly rooms: RoomServiceClient;
  private readonly callers: Caller[] = [];

  constructor(gatewayUrl: string, env: Readonly<Record<string, string>>, apiKey?: string) {
    silenceRtcLog();
    this.api = new GatewayApi(gatewayUrl, apiKey);
    const liveKitUrl = `http://127.0.0.1:${env.LIVEKIT_PORT}`;
    this.rooms = new RoomServiceClient(liveKitUrl, env.LIVEKIT_API_KEY, env.LIVEKIT_API_SECRET);
  }

  create(body: StartCall, key: string = randomUUID()): Promise<StartedCall> {
    return this.api.start(body, { key, signal: AbortSignal.timeout(LONG_MS) });
  }

  /** Starts a call and joins its room. */
  async call(body: StartCall, key?: string): Promise<LiveCall> {
    const requestedAt = Date.now();
    return this.join(await this.create(body, key), requestedAt);
  }

  async join(created: StartedCall, requestedAt = Date.now()): Promise<LiveCall> {
    const caller = await joinAsCaller({ ...created.livekit!, requestedAt });
    this.callers.push(caller);
    const { callId } = created;
    return { created, callId, caller, view: () => this.view(callId), ended: () => this.ended(callId) };
  }

  view(callId: string): Promise<CallView> {
    return this.api.view(callId, AbortSignal.timeout(10_000));
  }

  /** The call once it has ended, its clean-up included. */
  ended(callId: string): Promise<CallView> {
    return until(`call ${callId} to end`, async () => {
      const view = await this.view(callId);
      if (view.status === 'ended') return view;
      const { stage, ended, attempts, cleanup } = view;
      throw new Error(`call ${callId} does not end: ${JSON.stringify({ stage, ended, attempts, cleanup })}`);
    });
  }

  async roomNames(): Promise<string[]> {
    return (await this.rooms.listRooms()).map(({ name }) => name);
  }

  /** After each test: nobody stays in a room. */
  async leaveAll(): Promise<void> {
    await Promise.all(this.callers.splice(0).map((caller) => caller.leave()));
  }

  /** After all tests: rtc-node's threads would keep the process. */
  static dispose = dispose;
}

/** Waits for a condition; an error of `check` counts as "not yet" and is part of the message when time is up. */
export function until<T>(what: string, check: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const poll = async () => {
    const value = await check();
    if (value === undefined || value === false) throw new Error(`waited for ${what} in vain`);
    return value;
  };
  return vi.waitFor(poll, { timeout: LONG_MS, interval: 100 });
}

/** Milliseconds of speech that each identity was heard with. */
export function spokenBy(caller: Caller): Record<string, number> {
  const spoken: Record<string, number> = {};
  for (const { identity, audibleMs } of caller.segments) spoken[identity] = (spoken[identity] ?? 0) + audibleMs;
  return spoken;
}

export const stagesOf = (view: CallView): string[] => view.timeline.map(({ stage }) => stage);

/** When a stage began. Milliseconds since the epoch. */
export function beganAt(view: CallView, stage: string): number {
  const entry = view.timeline.find((each) => each.stage === stage);
  if (!entry) throw new Error(`call ${view.callId} was never in stage ${stage}, only in ${stagesOf(view)}`);
  return entry.at;
}
