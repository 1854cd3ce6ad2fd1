import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dist } from './paths.mjs';
import { answersOk } from './wait.mjs';

/**
 * The Temporal dev server on SQLite: calls outlive a restart. Ports: `port`, `uiPort`, `httpPort`, `metricsPort`.
 * Returns the spec of a component.
 */
export async function temporalServer({ binary, ports, dataDir, logFile }) {
  mkdirSync(dataDir, { recursive: true });
  const { SEARCH_ATTRIBUTES } = await import(pathToFileURL(dist('contract/search-attributes.js')));
  const attributes = Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ]);
  const settings = {
    // An activity whose worker asked for it comes back with the workflow task: one hop less each.
    'system.enableActivityEagerExecution': true,
    // One machine: partitions of a task queue only forward to each other.
    'matching.numTaskqueueReadPartitions': 1,
    'matching.numTaskqueueWritePartitions': 1,
    // By default a timer of less than a second takes a second, and so does the first retry of an activity.
    'history.timerProcessorMaxTimeShift': '"20ms"',
  };
  return {
    name: 'temporal',
    command: binary,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--log-level', 'warn'],
      // A write costs a tenth of SQLite's default so (measured), and still outlives a kill of the server.
      ...['--db-filename', join(dataDir, 'temporal.db')],
      ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'],
      ...['--port', ports.port, '--ui-port', ports.uiPort],
      // Left out, the server takes any free port, which a parallel run may have chosen too.
      ...['--http-port', ports.httpPort, '--metrics-port', ports.metricsPort],
      ...attributes,
      ...Object.entries(settings).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
    ].map(String),
    logFile,
    ready: () => answersOk(`http://127.0.0.1:${ports.httpPort}/api/v1/namespaces/default`),
    graceMs: 5_000,
  };
}

/** True when a worker that started after `since` (milliseconds) polls the task queue. */
export async function isPolled({ httpPort, taskQueue, since }) {
  const url = `http://127.0.0.1:${httpPort}/api/v1/namespaces/default/task-queues/${taskQueue}?taskQueueType=1`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  const { pollers = [] } = await answer.json();
  return pollers.some((poller) => Date.parse(poller.lastAccessTime) >= since);
}

/**
 * LiveKit on loopback only: API and WebSocket on `port`, media on TCP `port`+1 and UDP `port`+2. With `redisPort` it
 * works together with LiveKit SIP.
 */
export function liveKitServer({ binary, dataDir, logFile, ...settings }) {
  mkdirSync(dataDir, { recursive: true });
  const config = join(dataDir, 'livekit.yaml');
  // YAML is a superset of JSON. The file holds the API secret.
  writeFileSync(config, JSON.stringify(liveKitConfig(settings), null, 2), { mode: 0o600 });
  return {
    name: 'livekit',
    command: binary,
    args: ['--config', config],
    logFile,
    ready: () => answersOk(`http://127.0.0.1:${settings.port}/`),
    // It waits for participants to leave; nobody is there any more who could.
    graceMs: 1_500,
  };
}

const liveKitConfig = ({ port, apiKey, apiSecret, webhookUrl, redisPort }) => ({
  port,
  bind_addresses: ['127.0.0.1'],
  rtc: {
    node_ip: '127.0.0.1',
    tcp_port: port + 1,
    udp_port: port + 2,
    use_external_ip: false,
    enable_loopback_candidate: true,
    interfaces: { includes: ['lo', 'lo0'] }, // Linux, macOS; a name that is not there is none
    ips: { includes: ['127.0.0.0/8'] },
  },
  keys: { [apiKey]: apiSecret },
  webhook: { api_key: apiKey, urls: [webhookUrl] },
  // Else an agent or a caller who comes late brings a deleted room back. LiveKit SIP needs it for calls that come in:
  // it joins a room that nobody has made. What comes back there is the janitor's.
  room: { auto_create: redisPort !== undefined },
  ...(redisPort !== undefined && { redis: { address: `127.0.0.1:${redisPort}` } }),
  logging: { level: 'info' },
});
