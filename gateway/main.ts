import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import closeWithGrace from 'close-with-grace';
import { webhookEndpoints } from '../calls/webhook-endpoints.js';
import { RECONCILE } from '../contract/index.js';
import { boxOf, checkKeys } from '../platform/encryption/index.js';
import { loadEnv, type Env } from '../platform/env.js';
import { closeLogger, createLogger, type Logger } from '../platform/logger.js';
import { TranscriptFiles } from '../platform/transcripts.js';
import { connectTemporal } from '../platform/temporal.js';
import { startTracing } from '../platform/tracing.js';
import { buildGateway } from './app.js';
import { watchKeys } from './auth/keys.js';
import { refuseOpenDoor } from './auth/loopback.js';
import { createCalls } from './calls/index.js';
import { loadFlows } from './flows.js';
import { createOwnAgents } from './own-agents/index.js';
import { watchLines } from './phone/lines.js';

/** Requests in flight get so long when the gateway is told to stop. Milliseconds. */
const DRAIN_MS = 10_000;

async function run(env: Env, logger: Logger): Promise<void> {
  const { host, port, keysFile } = env.gateway;
  refuseOpenDoor(host, keysFile !== undefined);
  const keys = keysFile === undefined ? undefined : watchKeys(keysFile, logger);
  const flows = await loadFlows(env.flowsDir, env.http);
  const lines = watchLines(env.phone.numbersFile, flows, logger);
  const { client, connection } = await connectTemporal(env, logger);
  await checkKeys(client, RECONCILE);
  const endpoints = webhookEndpoints(env, logger);
  const { dir, days } = env.transcripts;
  const transcripts = dir === undefined ? undefined : new TranscriptFiles(dir, days, boxOf(env));
  const webRoot = builtPage();
  if (!webRoot) logger.warn('The page is not built (npm run build): only the API is served');
  const tracing = await startTracing(env.traceEndpoint, 'gateway');
  const app = await buildGateway({
    env,
    calls: createCalls(client, env, (org) => transcripts !== undefined || (endpoints?.of(org).length ?? 0) > 0),
    ownAgents: createOwnAgents(client),
    flows,
    lines,
    logger,
    tracing,
    ...(keys && { keys }),
    ...(endpoints && { endpoints }),
    ...(transcripts && { transcripts }),
    ...(webRoot && { webRoot }),
  });
  closeWithGrace({ delay: DRAIN_MS, logger: false }, async ({ err, signal }) => {
    if (err) logger.error('Gateway stops after an error', { error: err });
    else logger.info(`Gateway stops (${signal})`);
    await app.close();
    keys?.close();
    endpoints?.close();
    lines.close();
    await tracing?.close();
    await connection.close();
    await closeLogger(logger);
  });
  await app.listen({ host, port });
  logger.info(`Gateway listens on http://${host}:${port}`, { flows: [...flows.keys()] });
  if (!keys) logger.info('No API keys are configured (GATEWAY_KEYS_FILE): the gateway serves this machine only');
}

/** Compiled, this file is dist/gateway/main.js and the page is in dist/web. */
function builtPage(): string | undefined {
  const path = fileURLToPath(new URL('../web', import.meta.url));
  return existsSync(path) ? path : undefined;
}

const env = loadEnv();
const logger = createLogger({ env, service: 'gateway', file: 'backend.log' });
await run(env, logger).catch(async (error: unknown) => {
  logger.error('The gateway cannot start', { error });
  await closeLogger(logger);
  process.exit(1);
});
