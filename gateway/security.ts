import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import type { Env } from '../platform/env.js';
import { Problem } from './problems.js';
import { CODEC_PATH } from './routes/codec.js';

/** Headers that a foreign page may read. */
const EXPOSED = ['link', 'location', 'retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'];
/** What Temporal's Web UI sends along. */
const OF_TEMPORAL = ['x-namespace', 'authorization-extras'];
const ACCEPTED = ['authorization', 'content-type', 'idempotency-key', 'last-event-id'];

/** For every answer, the page's included. */
export async function securityHeaders(app: FastifyInstance, { livekit }: Pick<Env, 'livekit'>): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        'connect-src': ["'self'", ...mediaSources(livekit.publicUrl)],
        // The gateway speaks HTTP; where a proxy adds TLS, the page's relative addresses follow it.
        'upgrade-insecure-requests': null,
      },
    },
  });
}

/** livekit-client speaks WebSocket and, to say why it failed, HTTP. LiveKit Cloud answers from servers per region. */
function mediaSources(url: string): string[] {
  const { host, protocol } = new URL(url);
  const secure = protocol === 'wss:' || protocol === 'https:';
  const hosts = host.endsWith('.livekit.cloud') ? [host, '*.livekit.cloud'] : [host];
  return hosts.flatMap((each) => (secure ? [`wss://${each}`, `https://${each}`] : [`ws://${each}`, `http://${each}`]));
}

/** Pages of other origins may call the gateway only when they are named. */
export async function allowOrigins(
  app: FastifyInstance,
  { gateway, temporal }: Pick<Env, 'gateway' | 'temporal'>,
): Promise<void> {
  const origin = [...gateway.corsOrigins];
  const methods = ['GET', 'POST'];
  const forAll = { origin, methods, allowedHeaders: ACCEPTED, exposedHeaders: EXPOSED, maxAge: 600 };
  // Temporal's Web UI reads what is encrypted, and nothing else.
  const forCodec = {
    ...forAll,
    origin: [new URL(temporal.uiUrl).origin],
    allowedHeaders: [...ACCEPTED, ...OF_TEMPORAL],
  };
  await app.register(cors, {
    delegator: ({ url }, done) => {
      const options = url.startsWith(`${CODEC_PATH}/`) ? forCodec : forAll;
      done(null, options.origin.length > 0 ? options : { origin: false });
    },
  });
}

/** Per key, in the memory of this process: with several gateways each counts for itself. */
export async function limitRate(app: FastifyInstance, { gateway }: Pick<Env, 'gateway'>): Promise<void> {
  if (gateway.rateLimitPerMinute === 0) return;
  await app.register(rateLimit, {
    max: gateway.rateLimitPerMinute,
    timeWindow: 60_000,
    enableDraftSpec: true, // RateLimit-Limit and its kin, without X-
    allowList: ({ key }) => key === undefined,
    keyGenerator: ({ key }) => key?.id ?? '',
    errorResponseBuilder: (_request, { max, ttl }) => {
      const retryAfterSeconds = Math.ceil(ttl / 1_000);
      return new Problem('rate-limited', `This key may send ${max} requests a minute.`, { retryAfterSeconds });
    },
  });
}
