import { z } from 'zod';
import * as field from './env-fields.js';
import { phoneOf, phoneVariables } from './env-phone-out.js';
import { providerProblems, providersOf, providerVariables } from './env-providers.js';

const DEV_API_SECRET = 'durable-calls-development-secret-0000';
const LOG_LEVELS = ['error', 'warn', 'info', 'http', 'verbose', 'debug', 'silly'] as const;

/** One variable for each field of CallPolicy; a test compares the two. `readyMs` has a name of its own. */
const POLICY_VARIABLES = {
  LIVEKIT_AGENT_WAIT_TIMEOUT: 'readyMs',
  CALL_ACCEPT_MS: 'acceptMs',
  CALL_DISPATCH_ATTEMPTS: 'dispatchAttempts',
  CALL_DISPATCH_BACKOFF_MS: 'dispatchBackoffMs',
  CALL_SETUP_MS: 'setupMs',
  CALL_DIAL_MS: 'dialMs',
  CALL_CALLER_MS: 'callerMs',
  CALL_CALLER_GRACE_MS: 'callerGraceMs',
  CALL_RENEW_MS: 'renewMs',
  CALL_HEARTBEAT_MS: 'heartbeatMs',
  CALL_REATTACH_MS: 'reattachMs',
  CALL_RECOVERIES: 'recoveries',
  CALL_SILENCE_MS: 'silenceMs',
  CALL_MAX_DURATION_MS: 'maxDurationMs',
  CALL_ABSENT_MS: 'absentMs',
  CALL_API_TIMEOUT_MS: 'apiTimeoutMs',
  CALL_API_ATTEMPTS: 'apiAttempts',
  CALL_API_BACKOFF_MS: 'apiBackoffMs',
  CALL_SETTLE_MS: 'settleMs',
} as const;
type PolicyVariable = keyof typeof POLICY_VARIABLES;
type PolicyField = (typeof POLICY_VARIABLES)[PolicyVariable];

/** Hosts say every 2 s that a job is there: a shorter limit would lose every agent. The API asks for no less. */
const BEATS_MS = 3_000;

const schema = z.object({
  GATEWAY_HOST: field.text('127.0.0.1'),
  GATEWAY_PORT: field.port(8080),
  CORS_ORIGINS: field.origins,
  GATEWAY_KEYS_FILE: field.optionalText,
  GATEWAY_RATE_LIMIT_PER_MINUTE: field.count(600),
  GATEWAY_MAX_CALLS: field.totalLimit,
  GATEWAY_MAX_CALLS_PER_ORG: field.limit,
  GATEWAY_API_KEY: field.optionalText,
  GATEWAY_URL: field.webUrl.optional(),
  AGENT_TOKEN_SECRET: field.optionalSecret,
  AGENT_HEALTH_URLS: field.webUrls,
  TEMPORAL_PORT: field.port(7233),
  TEMPORAL_ADDRESS: field.hostAndPort.optional(),
  TEMPORAL_NAMESPACE: field.text('default'),
  TEMPORAL_UI_PORT: field.port(8233),
  TEMPORAL_UI_URL: field.webUrl.optional(),
  ENCRYPTION_KEYS: field.encryptionKeys,
  LIVEKIT_PORT: field.port(7880),
  LIVEKIT_URL: field.liveKitUrl.optional(),
  LIVEKIT_PUBLIC_URL: field.liveKitUrl.optional(),
  LIVEKIT_API_KEY: field.text('devkey'),
  LIVEKIT_API_SECRET: field.secret(DEV_API_SECRET),
  REDIS_PORT: field.port(6379),
  SIP_PORT: field.port(5060),
  SIP_RTP_PORTS: field.portRange('10000-10199'),
  PHONE_NUMBERS_FILE: field.optionalText,
  AGENT_NAME: field.text('durable-calls'),
  AGENT_HOST_ID: field.hostId.optional(),
  AGENT_PORT: field.port(8081),
  AGENT_HEALTH_HOST: field.text('127.0.0.1'),
  AGENT_HEALTH_PORT: field.port(8082),
  AGENT_METRICS_PORT: field.optionalPort,
  MAX_CONCURRENT_JOBS: field.count(20, 1),
  AGENT_WARM_PROCESSES: field.optionalCount(1),
  AGENT_DRAIN_MS: field.milliseconds(3_600_000),
  AGENT_PROVIDER_LOAD_MS: field.milliseconds(0),
  ...providerVariables.shape,
  ...phoneVariables.shape,
  HTTP_ALLOW_HOSTS: field.hosts,
  WEBHOOKS_FILE: field.optionalText,
  WEBHOOK_TIMEOUT_MS: field.milliseconds(15_000, 1),
  WEBHOOK_RETRY_MS: field.milliseconds(5_000, 1),
  WEBHOOK_GIVE_UP_MS: field.milliseconds(86_400_000),
  WORKER_DRAIN_MS: field.milliseconds(30_000),
  WORKER_METRICS_HOST: field.text('127.0.0.1'),
  WORKER_METRICS_PORT: field.optionalPort,
  WORKER_DEPLOYMENT_NAME: field.optionalText,
  WORKER_BUILD_ID: field.optionalText,
  LIVEKIT_AGENT_WAIT_TIMEOUT: field.milliseconds(10_000, 1_000),
  LIVEKIT_TEST_AGENT_WAIT_TIMEOUT: field.milliseconds(15_000, 1_000),
  CALL_ACCEPT_MS: field.optionalMilliseconds(1),
  CALL_DISPATCH_ATTEMPTS: field.optionalCount(1),
  CALL_DISPATCH_BACKOFF_MS: field.optionalMilliseconds(0),
  CALL_SETUP_MS: field.optionalMilliseconds(1),
  CALL_DIAL_MS: field.optionalDialMs,
  CALL_CALLER_MS: field.optionalMilliseconds(1),
  CALL_CALLER_GRACE_MS: field.optionalMilliseconds(1),
  CALL_RENEW_MS: field.optionalMilliseconds(BEATS_MS),
  CALL_HEARTBEAT_MS: field.optionalMilliseconds(BEATS_MS),
  CALL_REATTACH_MS: field.optionalMilliseconds(1),
  CALL_RECOVERIES: field.optionalCount(0),
  CALL_SILENCE_MS: field.optionalMilliseconds(1),
  CALL_MAX_DURATION_MS: field.optionalMilliseconds(1),
  CALL_ABSENT_MS: field.optionalMilliseconds(1),
  CALL_API_TIMEOUT_MS: field.optionalMilliseconds(1),
  CALL_API_ATTEMPTS: field.optionalCount(1),
  CALL_API_BACKOFF_MS: field.optionalMilliseconds(1),
  CALL_SETTLE_MS: field.optionalMilliseconds(1),
  TRANSCRIPTS_DIR: field.optionalText,
  TRANSCRIPT_RETENTION_DAYS: field.count(30, 1),
  RECONCILE_EVERY_MS: field.milliseconds(15_000, 1_000),
  RECONCILE_OLDER_THAN_MS: field.milliseconds(60_000),
  START_BY_MS: field.milliseconds(30_000, 1_000),
  OTEL_EXPORTER_OTLP_ENDPOINT: field.webUrl.optional(),
  FLOWS_DIR: field.text('flows'),
  LOG_DIR: field.text('.data/logs'),
  LOG_LEVEL: field.oneOf(LOG_LEVELS, 'info'),
});
type Variables = z.infer<typeof schema>;

/** Every variable there is; the documentation is checked against it. */
export const ENV_VARIABLES: readonly string[] = Object.keys(schema.shape);

/** The message names every variable that does not fit, one a line. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const policyOf = (variables: Variables): Partial<Record<PolicyField, number>> =>
  Object.fromEntries(
    Object.entries(POLICY_VARIABLES)
      .map(([variable, name]) => [name, variables[variable as PolicyVariable]] as const)
      .filter(([, value]) => value !== undefined),
  );

const group = (v: Variables) => {
  const liveKitUrl = v.LIVEKIT_URL ?? `ws://127.0.0.1:${v.LIVEKIT_PORT}`;
  return {
    gateway: {
      host: v.GATEWAY_HOST,
      port: v.GATEWAY_PORT,
      corsOrigins: v.CORS_ORIGINS,
      /** Undefined: there are no API keys. */
      keysFile: v.GATEWAY_KEYS_FILE,
      /** Requests of one key; 0 is no limit. */
      rateLimitPerMinute: v.GATEWAY_RATE_LIMIT_PER_MINUTE,
      /** Calls at a time, of everybody ('agents': as many as hosts have places) and of each organisation; undefined is no limit. */
      maxCalls: v.GATEWAY_MAX_CALLS,
      maxCallsPerOrg: v.GATEWAY_MAX_CALLS_PER_ORG,
      /** Where agent hosts say how they are. */
      agentHealthUrls:
        v.AGENT_HEALTH_URLS.length > 0 ? v.AGENT_HEALTH_URLS : [`http://127.0.0.1:${v.AGENT_HEALTH_PORT}`],
    },
    temporal: {
      address: v.TEMPORAL_ADDRESS ?? `127.0.0.1:${v.TEMPORAL_PORT}`,
      namespace: v.TEMPORAL_NAMESPACE,
      uiUrl: v.TEMPORAL_UI_URL ?? `http://127.0.0.1:${v.TEMPORAL_UI_PORT}`,
    },
    /** For all that Temporal keeps; none: nothing is encrypted. The first encrypts, all decrypt. */
    encryption: { keys: v.ENCRYPTION_KEYS },
    livekit: {
      url: liveKitUrl,
      /** What browsers get. */
      publicUrl: v.LIVEKIT_PUBLIC_URL ?? liveKitUrl,
      apiKey: v.LIVEKIT_API_KEY,
      apiSecret: v.LIVEKIT_API_SECRET,
    },
    phone: {
      ...phoneOf(v),
      sipPort: v.SIP_PORT,
      /** Undefined: `phone-numbers.json`, if there is one. */
      numbersFile: v.PHONE_NUMBERS_FILE,
    },
    providers: providersOf(v),
    agent: {
      name: v.AGENT_NAME,
      /** Undefined: the host makes one. */
      hostId: v.AGENT_HOST_ID,
      port: v.AGENT_PORT,
      healthHost: v.AGENT_HEALTH_HOST,
      healthPort: v.AGENT_HEALTH_PORT,
      /** Undefined: the Temporal SDK in the host serves no metrics. */
      metricsPort: v.AGENT_METRICS_PORT,
      maxJobs: v.MAX_CONCURRENT_JOBS,
      warmProcesses: v.AGENT_WARM_PROCESSES ?? Math.min(12, v.MAX_CONCURRENT_JOBS),
      drainMs: v.AGENT_DRAIN_MS,
      /** Artificial provider loading after connect, for tests and the benchmark. */
      providerLoadMs: v.AGENT_PROVIDER_LOAD_MS,
    },
    /** Agents of others: where they report to, and what their tokens are signed with. */
    ownAgent: {
      url: (v.GATEWAY_URL ?? `http://127.0.0.1:${v.GATEWAY_PORT}`).replace(/\/+$/, ''),
      /** Undefined: one that follows from LiveKit's. */
      tokenSecret: v.AGENT_TOKEN_SECRET,
    },
    worker: {
      drainMs: v.WORKER_DRAIN_MS,
      deploymentName: v.WORKER_DEPLOYMENT_NAME,
      buildId: v.WORKER_BUILD_ID,
      /** Without a port it serves none. */
      metrics: { host: v.WORKER_METRICS_HOST, port: v.WORKER_METRICS_PORT },
    },
    /** Hosts inside our network that flows may send requests to. */
    http: { allowHosts: v.HTTP_ALLOW_HOSTS },
    /** Call events out; undefined `file`: to nobody. */
    webhooks: {
      file: v.WEBHOOKS_FILE,
      timeoutMs: v.WEBHOOK_TIMEOUT_MS,
      retryMs: v.WEBHOOK_RETRY_MS,
      giveUpMs: v.WEBHOOK_GIVE_UP_MS,
    },
    /** What was said; undefined `dir`: only what Temporal keeps. */
    transcripts: { dir: v.TRANSCRIPTS_DIR, days: v.TRANSCRIPT_RETENTION_DAYS },
    /** The janitor: how often, and how old a room must be before it asks after its call. */
    reconcile: { everyMs: v.RECONCILE_EVERY_MS, olderThanMs: v.RECONCILE_OLDER_THAN_MS },
    /** Fields of CallPolicy that the environment names. */
    policy: policyOf(v),
    /** `readyMs` of the page's test calls. */
    testReadyMs: v.LIVEKIT_TEST_AGENT_WAIT_TIMEOUT,
    startByMs: v.START_BY_MS,
    /** Undefined: no traces. */
    traceEndpoint: v.OTEL_EXPORTER_OTLP_ENDPOINT,
    flowsDir: v.FLOWS_DIR,
    logDir: v.LOG_DIR,
    logLevel: v.LOG_LEVEL,
  };
};

type DeepReadonly<T> = { readonly [K in keyof T]: T[K] extends object ? DeepReadonly<T[K]> : T[K] };
export type Env = DeepReadonly<ReturnType<typeof group>>;

const freeze = <T extends object>(value: T): T => {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) freeze(inner as object);
  return Object.freeze(value);
};

const problemsAcross = (v: Variables): string[] => [
  ...((v.WORKER_DEPLOYMENT_NAME === undefined) === (v.WORKER_BUILD_ID === undefined)
    ? []
    : ['WORKER_DEPLOYMENT_NAME: goes together with WORKER_BUILD_ID: set both, or neither']),
  ...providerProblems(v),
];

/** Reads and checks the environment once. Durations are milliseconds; an empty variable counts as not set. */
export function loadEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const given = Object.entries(source).filter(([, value]) => value?.trim());
  const parsed = schema.safeParse(Object.fromEntries(given));
  const wrong = parsed.error?.issues.map(({ path, message }) => ({ name: path.join('.'), message })) ?? [];
  // What does not fit together is told in the same breath, unless it may come of those that are wrong by themselves.
  const isWrong = (name: string) => wrong.some((each) => each.name === name);
  const rest = parsed.success ? parsed : schema.safeParse(Object.fromEntries(given.filter(([name]) => !isWrong(name))));
  const across = rest.success ? problemsAcross(rest.data) : [];
  const problems = [
    ...wrong.map(({ name, message }) => `${name}: ${message}`),
    ...across.filter((problem) => !problem.match(/\w+/g)!.some(isWrong)),
  ];
  if (!parsed.success || problems.length > 0) {
    throw new ConfigError(['The configuration does not fit:', ...problems].join('\n  '));
  }
  return freeze(group(parsed.data));
}
