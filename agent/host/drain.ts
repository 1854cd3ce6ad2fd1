import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentServer } from '@livekit/agents';
import type { Jobs } from './jobs.js';

const LOOK_EVERY_MS = 100;

/** Takes no more jobs and waits for those that run, at most `ms`. The framework's own wait is for idle processes too. */
export async function drain(server: AgentServer, jobs: Jobs, ms: number): Promise<void> {
  const until = Date.now() + ms;
  server.drain(ms).catch(() => undefined);
  while (jobs.all.length > 0 && Date.now() < until) await sleep(LOOK_EVERY_MS);
}
