/** One part of the system as a process. */
export interface Component {
  readonly name: string;
  readonly pid: number | undefined;
  readonly running: boolean;
  /** Starts it and resolves when it is ready. */
  start(): Promise<void>;
  /** SIGTERM, and SIGKILL to what is left of it and its children after `graceMs`. */
  stop(options?: { graceMs?: number }): Promise<void>;
  /** A graceful end (unless it is gone already) and a new start. */
  restart(): Promise<void>;
  /** Kills the process alone, as the kernel would: its children must notice. Resolves when it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Kills the process and its children. */
  killAll(): Promise<void>;
  /** Freezes the process and its children (SIGSTOP). */
  pause(): void;
  resume(): void;
  /** The process and its living children, an agent's jobs among them. Linux. */
  processes(): { pid: number; ppid: number; command: string }[];
  /** The last lines of its output. */
  lastLines(): string[];
}

export interface Agent extends Component {
  readonly healthUrl: string;
}

export interface Gateway extends Component {
  readonly url: string;
}

export interface Ports {
  gateway: number;
  temporal: number;
  temporalUi: number;
  temporalHttp: number;
  temporalMetrics: number;
  /** Takes the two after it, too. */
  livekit: number;
  /** With `phone` only. `rtp`: first and last of the ports for media. */
  phone?: { redis: number; sip: number; rtp: [number, number] };
  /** Of each agent: its port and its health port. Free ones when left out. */
  agents?: [number, number][];
}

export interface StackOptions {
  /** How many agents to start. Default 1. */
  agents?: number;
  /** False: not started yet (`stack.worker.start()` does). */
  worker?: boolean;
  gateway?: boolean;
  /** False: none. Also when `env` names one that runs elsewhere. */
  temporal?: boolean;
  livekit?: boolean;
  /** Telephones: Redis and LiveKit SIP, too. Default false. */
  phone?: boolean;
  /** Variables of every process. */
  env?: Record<string, string | undefined>;
  /** More variables of the agents. */
  agentEnv?: Record<string, string>;
  /** Default: free ports. */
  ports?: Ports;
  /** Default: a temporary folder that `stop` removes (KEEP_TEST_DATA keeps it). */
  dataDir?: string;
  /** Starts a part again that ended unasked, a bounded number of times. */
  supervise?: boolean;
  /** Longest wait for an agent to drain at the end. Milliseconds. */
  agentGraceMs?: number;
  onLine?: (name: string, line: string) => void;
  report?: (line: string) => void;
  /** Before anything runs: a signal may have to stop it half-way. */
  onCreated?: (stack: Stack) => void;
}

export interface Stack {
  /** What every process gets: `loadEnv(stack.env)` suits a client. */
  readonly env: Record<string, string>;
  readonly urls: { gateway: string; temporal: string; temporalUi: string; livekit: string };
  readonly ports: Ports;
  readonly dataDir: string;
  readonly logDir: string;
  /** Parts that ended by themselves with an error after they were ready, and errors that nobody in them handled. */
  readonly crashes: string[];
  /** Undefined when it runs elsewhere. */
  readonly temporal: Component | undefined;
  readonly livekit: Component | undefined;
  /** With `phone` only. */
  readonly redis: Component | undefined;
  readonly sip: Component | undefined;
  readonly worker: Component;
  readonly gateway: Component;
  readonly agents: Agent[];
  /** One agent more, with variables of its own; resolves when it is ready. */
  startAgent(env?: Record<string, string>): Promise<Agent>;
  /** Another call worker, or gateway, beside the first; resolves when it is ready. */
  startWorker(env?: Record<string, string>): Promise<Component>;
  startGateway(env?: Record<string, string>): Promise<Gateway>;
  /** `keepData`: a temporary folder stays, with the logs and Temporal's database. */
  stop(options?: { graceMs?: number; keepData?: boolean }): Promise<void>;
}

/** Real servers and real processes, each with a handle. Needs `npm run setup` before. */
export function startStack(options?: StackOptions): Promise<Stack>;
