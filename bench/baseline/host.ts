import { AgentServer, initializeLogger, ServerOptions } from '@livekit/agents';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { SMALL_HEAP } from '../../agent/host/job-program.js';
import { leaveOutExtras } from '../../agent/host/livekit-server.js';
import { loadEnv } from '../../platform/env.js';
import { serveParent } from '../measure/child.js';
import { compiled } from '../paths.js';
import { AGENT_NAME, AS_IT_COMES_VARIABLE, serving } from './protocol.js';

/**
 * The agents framework by itself, with the same limits as our host. Its own load function would refuse calls while
 * the machine is busy, which on this machine is always: it is spared that. And it is spared what our host leaves out,
 * unless a condition is about the framework as it comes.
 */
const { agent, livekit } = loadEnv();
if (!process.env[AS_IT_COMES_VARIABLE]) {
  leaveOutExtras();
  process.execArgv.push(SMALL_HEAP);
}
initializeLogger({ pretty: false, level: 'warn' });
const port = await freePort();
const server = new AgentServer(
  new ServerOptions({
    agent: compiled('baseline/agent.js'),
    agentName: AGENT_NAME,
    loadFunc: (worker) => Promise.resolve((0.69 * worker.activeJobs.length) / agent.maxJobs),
    loadThreshold: 0.7,
    numIdleProcesses: agent.warmProcesses,
    initializeProcessTimeout: 120_000,
    maxRetry: Number.MAX_SAFE_INTEGER,
    production: true,
    wsURL: livekit.url,
    apiKey: livekit.apiKey,
    apiSecret: livekit.apiSecret,
    host: '127.0.0.1',
    port,
  }),
);
const parent = serveParent();
parent.listen();
await parent.sendNotification(serving, { url: `http://127.0.0.1:${port}` });
await server.run();

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as AddressInfo;
      probe.close(() => resolve(free));
    });
  });
}
