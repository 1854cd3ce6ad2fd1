import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { CALL_BUCKETS as SECONDS, greetingOutcome, setupMs, setupOutcome } from '../../contract/index.js';
import type { CallView } from '../../contract/index.js';

/** What the gateway tells Prometheus. Names follow its conventions: base units, so seconds. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly registers = [this.registry];

  readonly active = new Gauge({
    name: 'durable_calls_active',
    help: 'Calls that have not ended, of all organisations',
    registers: this.registers,
  });
  readonly requestSeconds = new Histogram({
    name: 'durable_calls_http_request_seconds',
    help: 'Requests that this gateway answered; a stream of events counts until it ends',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS,
    registers: this.registers,
  });
  private readonly ended = new Counter({
    name: 'durable_calls_ended_total',
    help: 'Calls that ended since this gateway started, of all organisations',
    labelNames: ['reason', 'fault', 'direction'] as const,
    registers: this.registers,
  });
  private readonly stageSeconds = new Histogram({
    name: 'durable_calls_stage_seconds',
    help: 'How long the calls that ended since this gateway started were in each stage',
    labelNames: ['stage', 'direction'] as const,
    buckets: SECONDS,
    registers: this.registers,
  });
  private readonly attempts = new Counter({
    name: 'durable_calls_attempts_total',
    help: 'Dispatches of agents for these calls, by how they came out',
    labelNames: ['outcome'] as const,
    registers: this.registers,
  });

  private readonly setups = new Counter({
    name: 'durable_calls_setups_total',
    help: 'These calls by whether an agent was ready for them; left: given up before, by nobody of ours',
    labelNames: ['outcome', 'direction'] as const,
    registers: this.registers,
  });
  private readonly setupSeconds = new Histogram({
    name: 'durable_calls_setup_seconds',
    help: 'From the request of these calls to their first ready agent',
    labelNames: ['direction'] as const,
    buckets: SECONDS,
    registers: this.registers,
  });
  private readonly greetings = new Counter({
    name: 'durable_calls_greetings_total',
    help: 'These calls by whether the caller, once there, was told the first words',
    labelNames: ['outcome', 'direction'] as const,
    registers: this.registers,
  });
  private readonly webhooks = new Counter({
    name: 'durable_calls_webhooks_total',
    help: "LiveKit's webhooks that came to this gateway; those that it refused have no event",
    labelNames: ['event', 'outcome'] as const,
    registers: this.registers,
  });
  private lastWebhookAt: number | undefined;

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  countEnded(call: CallView): void {
    const { ended, direction, timeline, attempts } = call;
    if (ended) this.ended.inc({ reason: ended.reason, fault: ended.fault, direction });
    for (const { stage, ms } of timeline) {
      if (ms !== undefined && stage !== 'ended') this.stageSeconds.observe({ stage, direction }, ms / 1_000);
    }
    for (const { outcome } of attempts) this.attempts.inc({ outcome });
    this.setups.inc({ outcome: setupOutcome(call), direction });
    const ms = setupMs(call);
    if (ms !== undefined) this.setupSeconds.observe({ direction }, ms / 1_000);
    const greeting = greetingOutcome(call);
    if (greeting) this.greetings.inc({ outcome: greeting, direction });
  }

  /** Signed by LiveKit. Names of events are LiveKit's, and few. */
  countWebhook(event: string): void {
    this.lastWebhookAt = performance.now();
    this.webhooks.inc({ event, outcome: 'received' });
  }

  countRefusedWebhook(): void {
    this.webhooks.inc({ event: '', outcome: 'refused' });
  }

  /** Undefined: none came yet. */
  get webhookAgeMs(): number | undefined {
    return this.lastWebhookAt === undefined ? undefined : Math.round(performance.now() - this.lastWebhookAt);
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }
}

/** Measures what the routes of `app` answer, by the pattern of their path: a label for every call would be too many. */
export function measureRequests(app: FastifyInstance, { requestSeconds }: Metrics): void {
  app.addHook('onResponse', async ({ method, routeOptions }, { statusCode, elapsedTime }) => {
    requestSeconds.observe({ method, route: routeOptions.url ?? '', status: statusCode }, elapsedTime / 1_000);
  });
}
