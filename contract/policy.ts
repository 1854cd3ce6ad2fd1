/** Every duration (milliseconds) and limit of one call. It travels in the workflow input: code holds none. */
export interface CallPolicy {
  /** One dispatch: from the API's answer until a worker accepts the job. */
  acceptMs: number;
  /** How often an agent is dispatched before the call gives up. */
  dispatchAttempts: number;
  /** Pause before the next dispatch. */
  dispatchBackoffMs: number;
  /** First dispatch until an agent is ready, over all attempts. */
  readyMs: number;
  /** Admitted until an agent is ready, room creation included. */
  setupMs: number;
  /** Ringing of an outbound call; at most MAX_DIAL_MS. */
  dialMs: number;
  /** Agent ready until the caller is in the room and can hear. */
  callerMs: number;
  /** A caller who dropped may come back for so long. */
  callerGraceMs: number;
  /** An accepted job must be heard of (renewed) within this time until it is ready. */
  renewMs: number;
  /** An agent activity that sends no heartbeat for so long is suspected lost. */
  heartbeatMs: number;
  /** How long a suspected host may take to pick its node up again. */
  reattachMs: number;
  /** How often an agent lost in mid-call is replaced. */
  recoveries: number;
  /** Nothing heard from the agent's speech for so long after a `say` began: the agent is silent. */
  silenceMs: number;
  /** Longest call, from admitted to the start of the clean-up. */
  maxDurationMs: number;
  /** An agent that left the room may be back after a reconnect; after so long it is lost. */
  absentMs: number;
  /** One request to LiveKit's API, the client's own timeout of 5 s being below it. */
  apiTimeoutMs: number;
  /** How often a request that LiveKit's API failed is made; clean-up asks until it is answered. */
  apiAttempts: number;
  /** Pause before the second of them; it doubles from one to the next. */
  apiBackoffMs: number;
  /**
   * How long the clean-up waits for what was being made. What comes true within as long again is undone after the call
   * has ended; what comes true even later is the janitor's.
   */
  settleMs: number;
}

/** LiveKit holds a request to dial for 80 s, whatever it is asked, and we ask for 5 s more than it rings. */
export const MAX_DIAL_MS = 75_000;

export const DEFAULT_POLICY: Readonly<CallPolicy> = {
  acceptMs: 1_500,
  dispatchAttempts: 6,
  dispatchBackoffMs: 200,
  readyMs: 10_000,
  setupMs: 15_000,
  dialMs: 30_000,
  callerMs: 30_000,
  callerGraceMs: 5_000,
  renewMs: 6_000,
  heartbeatMs: 10_000,
  reattachMs: 12_000,
  recoveries: 2,
  silenceMs: 10_000,
  maxDurationMs: 3_600_000,
  absentMs: 3_000,
  apiTimeoutMs: 6_000,
  apiAttempts: 3,
  apiBackoffMs: 200,
  settleMs: 1_000,
};

/** `setupMs` follows `readyMs` unless it is named itself. */
export function completePolicy(partial: Partial<CallPolicy> = {}, defaults: CallPolicy = DEFAULT_POLICY): CallPolicy {
  const readyMs = partial.readyMs ?? defaults.readyMs;
  const setupMs = partial.setupMs ?? readyMs + (defaults.setupMs - defaults.readyMs);
  return { ...defaults, ...partial, readyMs, setupMs };
}
