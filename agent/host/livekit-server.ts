import { AgentServer, InferenceRunner, ServerOptions } from '@livekit/agents';
import type { JobRequest } from '@livekit/agents';
import type { Env } from '../../platform/env.js';
import type { Jobs } from './jobs.js';

/** LiveKit gives no job to a worker whose load reaches its `target_load` of 0.7: below that while there is room. */
const LOAD_WHEN_FULL = 1;
const LOAD_BELOW = 0.69;

/** Loading a process takes half a second of CPU and more, and is serialised: on a busy machine the last of many waits long. */
const INITIALIZE_MS = 120_000;

/** The framework's agent server: registers with LiveKit, keeps processes warm, forks jobs. */
export function createAgentServer(
  env: Env,
  /** Path of what a job runs. */
  agentFile: string,
  jobs: Jobs,
  canServe: () => boolean,
  accept: (request: JobRequest) => Promise<void>,
): AgentServer {
  leaveOutExtras();
  const { agent, livekit } = env;
  return new AgentServer(
    new ServerOptions({
      agent: agentFile,
      agentName: agent.name,
      requestFunc: accept,
      // Counted jobs, not CPU: CPU load on a small machine refuses jobs at random, and all of them while warming up.
      loadFunc: () =>
        Promise.resolve(
          jobs.free === 0 || !canServe() ? LOAD_WHEN_FULL : (LOAD_BELOW * (jobs.max - jobs.free)) / jobs.max,
        ),
      loadThreshold: 0.7,
      numIdleProcesses: agent.warmProcesses,
      initializeProcessTimeout: INITIALIZE_MS,
      // LiveKit restarts: the default of 10 tries ends this process, and all its calls, after 80 s.
      maxRetry: Number.MAX_SAFE_INTEGER,
      drainTimeout: agent.drainMs,
      shutdownProcessTimeout: 5_000,
      production: true,
      wsURL: livekit.url,
      apiKey: livekit.apiKey,
      apiSecret: livekit.apiSecret,
      host: '127.0.0.1',
      port: agent.port,
    }),
  );
}

/**
 * What the framework runs for features that no job of ours uses. Measured: the watch over a job's event loop costs a
 * thread, 1.7 % of a core for every warm process, and 10 % of a set-up; the relay's pings see a stuck job as well. The
 * process for the turn detector costs 330 MB, and delays the host's registration by two seconds.
 */
export function leaveOutExtras(): void {
  process.env.LIVEKIT_AGENTS_LOOP_BLOCK_WARN_MS ??= '0';
  // Registered, so that the framework does not; not enumerable, so that it finds nothing to run.
  Object.defineProperty(InferenceRunner.registeredRunners, 'lk_eot_audio', { value: 'left out', enumerable: false });
}
