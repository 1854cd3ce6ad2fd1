import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { dist, inRoot, root } from './lib/paths.mjs';
import { phoneProblem } from './lib/phone.mjs';
import { DEFAULT_PHONE_PORTS, DEFAULT_PORTS, DEFAULT_RTP_PORTS, freePorts, portProblems } from './lib/ports.mjs';
import { startStack } from './lib/stack.mjs';
import { createTerminal, readable } from './lib/terminal.mjs';
import { setup } from './setup.mjs';

/** A person at a terminal does not wait an hour for calls to end. */
const SHORT_DRAIN = { AGENT_DRAIN_MS: '2000', WORKER_DRAIN_MS: '2000' };

const terminal = createTerminal();
const say = (line) => terminal.line('start', line);

let stoppingSince;

const fail = (error) => {
  if (stoppingSince !== undefined) return; // what was starting could not, of course
  terminal.plain(`\n${error.message}`);
  process.exit(1);
};

function readEnvFile() {
  if (existsSync(inRoot('.env'))) process.loadEnvFile(inRoot('.env')); // what is set already wins
}

/** Telephones too: Redis and LiveKit SIP beside LiveKit, unless LiveKit runs elsewhere: then its SIP does, too. */
const phone = () => process.argv.includes('--phone') && !process.env.LIVEKIT_URL;

/** Servers that the environment names run elsewhere (docker-compose.temporal.yml, for one): no port of theirs here. */
async function choosePorts() {
  const defaults = { ...DEFAULT_PORTS, ...(phone() && DEFAULT_PHONE_PORTS) };
  const wanted = Object.fromEntries(
    Object.entries(defaults).map(([name, fallback]) => [name, Number(process.env[name] || fallback)]),
  );
  const ours = Object.entries(wanted).filter(
    ([name]) =>
      !(process.env.TEMPORAL_ADDRESS && name.startsWith('TEMPORAL')) &&
      !(process.env.LIVEKIT_URL && name.startsWith('LIVEKIT')),
  );
  const problems = await portProblems(Object.fromEntries(ours));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const [temporalHttp, temporalMetrics] = await freePorts(2);
  return {
    gateway: wanted.GATEWAY_PORT,
    temporal: wanted.TEMPORAL_PORT,
    temporalUi: wanted.TEMPORAL_UI_PORT,
    livekit: wanted.LIVEKIT_PORT,
    agents: [[wanted.AGENT_PORT, wanted.AGENT_HEALTH_PORT]],
    temporalHttp,
    temporalMetrics,
    ...(phone() && {
      phone: {
        redis: wanted.REDIS_PORT,
        sip: wanted.SIP_PORT,
        rtp: (process.env.SIP_RTP_PORTS || DEFAULT_RTP_PORTS).split('-').map(Number),
      },
    }),
  };
}

const banner = ({ urls, logDir, ports }) => `
  Web page            ${urls.gateway}/            click Test Audio
  Temporal Web UI     ${urls.temporalUi}/
  API                 ${urls.gateway}/v1/calls    (${urls.gateway}/openapi.json)
  Logs                ${logDir}
${ports.phone ? `  SIP                 sip:127.0.0.1:${ports.phone.sip}             npm run phone -- setup tells LiveKit your numbers\n` : ''}
  From another terminal: npm run call -- --flow greeting
  Ctrl-C stops everything.
`;

/** npm and the terminal may both pass on the same Ctrl-C. */
const SAME_SIGNAL_MS = 500;

/** The first signal stops in order, the second at once. */
function stopOnSignals(stack) {
  const onSignal = async (signal) => {
    const first = stoppingSince === undefined;
    if (!first && Date.now() - stoppingSince < SAME_SIGNAL_MS) return;
    stoppingSince ??= Date.now();
    say(first ? `${signal}: stopping (again to stop at once)` : 'stopping at once');
    await stack.stop(first ? undefined : { graceMs: 0 });
    say('stopped');
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
}

async function main() {
  process.chdir(root);
  readEnvFile();
  await setup({ report: say });
  const { loadEnv } = await import(pathToFileURL(dist('platform/env.js')));
  loadEnv(); // all mistakes at once, before anything runs
  const problem = phone() ? phoneProblem() : undefined;
  if (problem) throw new Error(problem);
  const ports = await choosePorts();
  const stack = await startStack({
    ports,
    dataDir: inRoot('.data'),
    phone: phone(),
    env: { ...SHORT_DRAIN, LOG_DIR: inRoot('.data/logs'), ...process.env },
    supervise: true,
    onLine: (name, line) => {
      const text = readable(name, line);
      if (text) terminal.line(name, text);
    },
    report: say,
    onCreated: stopOnSignals,
  });
  terminal.plain(banner(stack));
}

await main().catch(fail);
