import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { TraceContext } from './trace-context.js';

/** A span that is over. Milliseconds since the epoch. */
export interface Span {
  name: string;
  context: TraceContext;
  parentId?: string;
  /** OpenTelemetry's: a request that came in, one that goes out, or neither. Default: neither. */
  kind?: 'server' | 'client';
  startMs: number;
  endMs: number;
  attributes?: Record<string, string | number | boolean>;
  error?: string;
}

export interface Tracing {
  record(span: Span): void;
  /** Sends what is left, if that can be done soon: a collector that is down must not keep anybody from ending well. */
  close(): Promise<void>;
}

/** What is not sent by then is lost. Milliseconds. */
const CLOSE_MS = 3_000;
const KINDS = { server: 1, client: 2 } as const;
const INTERNAL = 0;
const [UNSET, ERROR] = [0, 2];
const SAMPLED = 1;

/**
 * Sends spans by OTLP when OTEL_EXPORTER_OTLP_ENDPOINT is set; else nothing of OpenTelemetry is even loaded. Batching and
 * transport are its own, which read the other OTEL_… variables. Spans are ours: those of a workflow get their ids in
 * the sandbox, those of a job are told by its host, and no tracer of the library makes either.
 */
export async function startTracing(endpoint: string | undefined, service: string): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined;
  const [{ BatchSpanProcessor }, { OTLPTraceExporter }, { defaultResource, resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const attributes = {
    'service.name': service,
    'service.namespace': 'durable-calls',
    'service.instance.id': instance(),
  };
  const resource = defaultResource().merge(resourceFromAttributes(attributes));
  const processor = new BatchSpanProcessor({ exporter: new OTLPTraceExporter() });
  return {
    record: (span) => processor.onEnd(readable(span, resource)),
    close: () =>
      Promise.race([processor.shutdown().catch(() => undefined), sleep(CLOSE_MS, undefined, { ref: false })]),
  };
}

const instance = () => `${hostname()}-${process.pid}`;

function readable(span: Span, resource: ReadableSpan['resource']): ReadableSpan {
  const { name, context, parentId, kind, startMs, endMs, attributes = {}, error } = span;
  const { traceId } = context;
  const spanContext = { ...context, traceFlags: SAMPLED };
  return {
    name,
    kind: kind ? KINDS[kind] : INTERNAL,
    spanContext: () => spanContext,
    ...(parentId && { parentSpanContext: { traceId, spanId: parentId, traceFlags: SAMPLED } }),
    startTime: hrTime(startMs),
    endTime: hrTime(endMs),
    duration: hrTime(endMs - startMs),
    status: error === undefined ? { code: UNSET } : { code: ERROR, message: error },
    attributes,
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: { name: 'durable-calls' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

const hrTime = (ms: number): [number, number] => [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1e6)];
