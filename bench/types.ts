/** What is measured and how it is written to bench/results/. Milliseconds, unless a name says otherwise. */

/** The same call four ways. `polling-old` differs from `polling` by its settings alone. */
export const CONTENDERS = ['ours', 'floor', 'polling', 'polling-old'] as const;
export type Contender = (typeof CONTENDERS)[number];

export const NAMES: Record<Contender, string> = {
  ours: 'durable-calls',
  floor: 'floor (no orchestration)',
  polling: 'polling',
  'polling-old': 'polling, older settings',
};

/** How agent workers are started. */
export interface AgentSetUp {
  /** What a provider that loads its models after connecting takes. */
  providerLoadMs: number;
  /** Warm processes of the yardsticks' agent worker. Default: as many as ours. */
  yardstickWarm?: number;
  /** The yardsticks' framework keeps what our host leaves out. Default: it is spared that, too. */
  asItComes?: boolean;
}

export interface Condition extends AgentSetUp {
  id: string;
  title: string;
  /** Calls of one round of one contender. */
  calls: number;
  /** Between two requests of a round. 0: all at once. */
  gapMs: number;
  rounds: number;
  /** Nothing runs for so long before each round. */
  pauseMs?: number;
  /** The agent worker is stopped before the request and started again so long after it. */
  agentBackAfterMs?: number;
  /** Share of dispatches that LiveKit answers with success and forgets. */
  lossRate?: number;
  /** Added to each request to LiveKit's API. */
  apiLatencyMs?: number;
}

/** A moment of a call, counted from the request. */
export interface Step {
  name: string;
  ms: number;
}

export interface CallRecord {
  contender: Contender;
  round: number;
  /** Place in its round. */
  call: number;
  /** From the request to the first speech in the caller's audio. Null: not within the limit. */
  heardMs: number | null;
  steps: Step[];
  /** Why nothing was heard, as far as the contender knows. */
  why?: string;
}

export interface ConditionResult {
  condition: Condition;
  /** One-minute load average before it began. */
  loadBefore: number;
  /** All of it, pauses and refilled pools included. */
  tookMs: number;
  /** What the callers took: all their processes, while calls were being made. */
  callers: { cpuMs: number; wallMs: number; cpuMsOf?: Partial<Record<Contender, number>> };
  calls: CallRecord[];
}

/** Every value that was measured; `max` of a yardstick says nothing. */
export interface Recovery {
  /** From the SIGKILL to the same sentence heard from the next agent. Null: not within the limit. */
  jobKilledMs: (number | null)[];
  hostKilledMs: (number | null)[];
}

/** Resident memory of job processes in a call, in KiB, each shared page split among its users (PSS). */
export interface Memory {
  oursKib: number[];
  frameworkKib: number[];
}

export interface History {
  events: number;
  bytes: number;
}

export interface Throughput {
  /** One entry a round: CPU of the call worker and the scripted agent host together. */
  rounds: { activities: 'real' | 'no-op'; calls: number; cpuMs: number; wallMs: number; temporalCpuMs: number }[];
}

export interface Growth {
  atOnce: number;
  /** Resident memory of the worker process, in KiB, with so many calls open. */
  rssKib: number;
  /** From the start of a further call to its first words asked for. */
  startedMs: number[];
}

export interface Results {
  date: string;
  /** A small run that only shows that everything works. */
  quick: boolean;
  seed: number;
  warmProcesses: number;
  limitMs: number;
  machine: { cpu: string; cores: number; memoryGib: number; node: string; loadBefore: number };
  commit: string;
  tookMs: number;
  conditions: ConditionResult[];
  recovery?: Recovery;
  memory?: Memory;
  history?: History;
  throughput?: Throughput;
  growth?: Growth[];
  /** The same with activities that do nothing. */
  growthNoOp?: Growth[];
}
