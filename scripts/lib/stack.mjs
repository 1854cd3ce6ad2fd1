import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findLiveKitSip, onPath, requireBinary } from './binaries.mjs';
import { createComponent } from './component.mjs';
import { dist, inRoot, root } from './paths.mjs';
import { liveKitSip, redisServer } from './phone-servers.mjs';
import { phoneProblem } from './phone.mjs';
import { freePorts } from './ports.mjs';
import { startReaper } from './reaper.mjs';
import { isPolled, liveKitServer, temporalServer } from './servers.mjs';
import { answersOk } from './wait.mjs';

const CALLS_TASK_QUEUE = 'calls';

/** What a developer's shell, their .env or a test runner set must not leak into the processes of a test. */
const FOREIGN =
  /^(VITEST.*|NODE_ENV|TEMPORAL_(?!CLI_).*|LIVEKIT_(?!SERVER_).*|AGENT_.*|GATEWAY_.*|WORKER_.*|CALL_.*|REDIS_.*|SIP_.*|PHONE_.*|MAX_CONCURRENT_JOBS|ENCRYPTION_.*|WEBHOOKS?_.*|TRANSCRIPTS?_.*|OTEL_.*)$/;
const ownEnvironment = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name)));

async function testPorts() {
  const [gateway, temporal, temporalUi, temporalHttp, temporalMetrics, livekit] = await freePorts(8);
  return { gateway, temporal, temporalUi, temporalHttp, temporalMetrics, livekit };
}

/** Each call takes one or two ports for its media. */
async function phoneTestPorts() {
  const [redis, sip, ...rtp] = await freePorts(82);
  return { redis, sip, rtp: [rtp[0], rtp.at(-1)] };
}

async function pairsOfPorts(count) {
  const ports = await freePorts(2 * count);
  return Array.from({ length: count }, (_, index) => ports.slice(2 * index, 2 * index + 2));
}

/** What every process of the stack gets, and what a client of it needs (`loadEnv(stack.env)`). */
const sharedEnvironment = (ports, dataDir) => ({
  GATEWAY_PORT: `${ports.gateway}`,
  TEMPORAL_PORT: `${ports.temporal}`,
  TEMPORAL_UI_PORT: `${ports.temporalUi}`,
  LIVEKIT_PORT: `${ports.livekit}`,
  LIVEKIT_API_KEY: 'devkey',
  LIVEKIT_API_SECRET: 'durable-calls-development-secret-0000',
  LOG_DIR: join(dataDir, 'logs'),
  FLOWS_DIR: inRoot('flows'),
  ...(ports.phone && { REDIS_PORT: `${ports.phone.redis}`, SIP_PORT: `${ports.phone.sip}` }),
});

/**
 * Starts Temporal, LiveKit, call worker, gateway and agents as processes of their own, on free ports and with a
 * temporary data folder unless named. `stack.d.mts` says what the options and the handles are.
 */
export async function startStack(options = {}) {
  const { agents = 1, worker = true, gateway = true, temporal = true, livekit = true, phone = false } = options;
  const problem = phone ? phoneProblem() : undefined;
  if (problem) throw new Error(problem);
  const temporary = options.dataDir === undefined;
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'durable-calls-'));
  const ports = { ...(options.ports ?? (await testPorts())) };
  if (phone) ports.phone ??= await phoneTestPorts();
  const given = Object.entries(options.env ?? {}).filter(([, value]) => value?.trim());
  const env = { ...ownEnvironment(), ...sharedEnvironment(ports, dataDir), ...Object.fromEntries(given) };
  // The gateway is told of the agents that start with it.
  const agentPorts = [...(ports.agents ?? (await pairsOfPorts(Math.max(1, agents))))];
  const healthUrl = ([, healthPort]) => `http://127.0.0.1:${healthPort}`;
  const gatewayEnv = { AGENT_HEALTH_URLS: agentPorts.map(healthUrl).join(), ...env };
  const reaper = startReaper();
  const crashes = [];
  const crashed = (line) => crashes.push(line);
  const onLine = (name, line) => {
    if (line.includes('nobody handled an error')) crashed(`${name}: ${line}`);
    options.onLine?.(name, line);
  };
  const hooks = { reaper, supervise: options.supervise, onLine, report: options.report, crashed };
  const logFile = (name) => join(env.LOG_DIR, `${name}.log`);
  const urls = {
    gateway: `http://127.0.0.1:${ports.gateway}`,
    temporal: env.TEMPORAL_ADDRESS ?? `127.0.0.1:${ports.temporal}`,
    temporalUi: env.TEMPORAL_UI_URL ?? `http://127.0.0.1:${ports.temporalUi}`,
    livekit: env.LIVEKIT_URL ?? `ws://127.0.0.1:${ports.livekit}`,
  };

  const program = (name, path, extra) =>
    createComponent(
      // Its output too, besides its own log: what a crash prints stands nowhere else.
      {
        name,
        command: process.execPath,
        args: [dist(path)],
        env,
        cwd: root,
        logFile: logFile(`${name}.out`),
        ...extra,
      },
      hooks,
    );

  const temporalPorts = {
    port: ports.temporal,
    uiPort: ports.temporalUi,
    httpPort: ports.temporalHttp,
    metricsPort: ports.temporalMetrics,
  };
  const temporalSpec = () =>
    temporalServer({ binary: requireBinary('temporal'), ports: temporalPorts, dataDir, logFile: logFile('temporal') });
  const liveKitSpec = () =>
    liveKitServer({
      binary: requireBinary('livekit-server'),
      port: ports.livekit,
      apiKey: env.LIVEKIT_API_KEY,
      apiSecret: env.LIVEKIT_API_SECRET,
      webhookUrl: `${urls.gateway}/v1/webhooks/livekit`,
      redisPort: phone ? ports.phone.redis : undefined,
      dataDir,
      logFile: logFile('livekit'),
    });

  const redisSpec = () =>
    redisServer({ binary: onPath('redis-server'), port: ports.phone.redis, dataDir, logFile: logFile('redis') });
  const sipSpec = () =>
    liveKitSip({
      binary: findLiveKitSip(),
      port: ports.phone.sip,
      rtpPorts: ports.phone.rtp,
      redisPort: ports.phone.redis,
      liveKitUrl: urls.livekit,
      apiKey: env.LIVEKIT_API_KEY,
      apiSecret: env.LIVEKIT_API_SECRET,
      dataDir,
      logFile: logFile('livekit-sip'),
    });

  let stopping = false;
  // Servers that the environment names run elsewhere.
  const own = { temporal: temporal && !env.TEMPORAL_ADDRESS, livekit: livekit && !env.LIVEKIT_URL };
  const stack = {
    env,
    urls,
    ports,
    dataDir,
    logDir: env.LOG_DIR,
    crashes,
    temporal: own.temporal ? createComponent(await temporalSpec(), hooks) : undefined,
    redis: own.livekit && phone ? createComponent(redisSpec(), hooks) : undefined,
    livekit: own.livekit ? createComponent(liveKitSpec(), hooks) : undefined,
    sip: own.livekit && phone ? createComponent(sipSpec(), hooks) : undefined,
    worker: callWorker('worker'),
    gateway: gatewayAt('gateway', urls.gateway, gatewayEnv),
    agents: [],
    startAgent,
    startWorker,
    startGateway,
    stop,
  };

  /** Those beside the first of each. */
  const more = [];

  function callWorker(name, extra = {}) {
    return program(name, 'workers/main.js', {
      env: { ...env, ...extra },
      ready: ({ startedAt }) =>
        !own.temporal || isPolled({ httpPort: ports.temporalHttp, taskQueue: CALLS_TASK_QUEUE, since: startedAt }),
    });
  }

  function gatewayAt(name, url, extra = {}) {
    return program(name, 'gateway/main.js', {
      env: { ...env, ...extra },
      ready: () => answersOk(`${url}/readyz`),
      graceMs: 3_000,
    });
  }

  async function startWorker(extra) {
    const worker = callWorker(`worker-${more.length + 2}`, extra);
    more.push(worker);
    await worker.start();
    return worker;
  }

  /** LiveKit's webhooks go to the first. */
  async function startGateway(extra) {
    const [port] = await freePorts(1);
    const url = `http://127.0.0.1:${port}`;
    const gateway = gatewayAt(`gateway-${more.length + 2}`, url, { GATEWAY_PORT: `${port}`, ...extra });
    more.push(gateway);
    await gateway.start();
    return Object.assign(gateway, { url });
  }

  async function startAgent(extra = {}) {
    const [port, healthPort] = agentPorts[stack.agents.length] ?? (await freePorts(2));
    const name = stack.agents.length === 0 ? 'agent' : `agent-${stack.agents.length + 1}`;
    const agent = program(name, 'agent/main.js', {
      env: { ...env, AGENT_PORT: `${port}`, AGENT_HEALTH_PORT: `${healthPort}`, ...extra },
      ready: () => answersOk(`http://127.0.0.1:${healthPort}/readyz`),
      graceMs: options.agentGraceMs ?? 4_000,
    });
    agent.healthUrl = `http://127.0.0.1:${healthPort}`;
    stack.agents.push(agent);
    await agent.start();
    return agent;
  }

  /** Each needs the one before it. */
  async function startLiveKit() {
    await stack.redis?.start();
    await stack.livekit?.start();
    await stack.sip?.start();
  }

  /** Gateway first, so that no call begins; the servers last, so that the others can finish with them. */
  async function stop(stopOptions) {
    stopping = true;
    await stack.gateway.stop(stopOptions);
    await Promise.all([stack.worker, ...more, ...stack.agents].map((each) => each.stop(stopOptions)));
    // Data that nobody will read again needs no orderly end.
    const serverOptions = temporary ? { graceMs: 0 } : stopOptions;
    await Promise.all([stack.temporal, stack.sip, stack.livekit, stack.redis].map((each) => each?.stop(serverOptions)));
    reaper.close();
    if (temporary && !stopOptions?.keepData && !process.env.KEEP_TEST_DATA)
      rmSync(dataDir, { recursive: true, force: true });
  }

  options.onCreated?.(stack);
  try {
    await Promise.all([stack.temporal?.start(), startLiveKit()]);
    if (stopping) throw new Error('stopped while it started');
    await Promise.all([
      worker && stack.worker.start(),
      gateway && stack.gateway.start(),
      ...Array.from({ length: agents }, () => startAgent(options.agentEnv)),
    ]);
    return stack;
  } catch (error) {
    await stop({ graceMs: 500 });
    throw error;
  }
}
