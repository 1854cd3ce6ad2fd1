import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CallView } from '../../contract/index.js';

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

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

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  countEnded({ ended, direction, timeline, attempts }: CallView): void {
    if (ended) this.ended.inc({ reason: ended.reason, fault: ended.fault, direction });
    for (const { stage, ms } of timeline) {
      if (ms !== undefined && stage !== 'ended') this.stageSeconds.observe({ stage, direction }, ms / 1_000);
    }
    for (const { outcome } of attempts) this.attempts.inc({ outcome });
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
