import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** W3C Trace Context: what joins the spans of one call, wherever they are made. Imports nothing of OpenTelemetry. */
export interface TraceContext {
  traceId: string;
  /** The span that others are children of. */
  spanId: string;
}

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;
const SAMPLED = 1;

/** Undefined for what is not a traceparent, and for a trace that is not sampled. */
export function parseTraceparent(text: unknown): TraceContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(typeof text === 'string' ? text : '') ?? [];
  return traceId && spanId && Number.parseInt(flags!, 16) & SAMPLED ? { traceId, spanId } : undefined;
}

/** Whoever sends it does not want the trace. */
export const isUnsampled = (text: unknown): boolean =>
  TRACEPARENT.test(typeof text === 'string' ? text : '') && parseTraceparent(text) === undefined;

export const traceparentOf = ({ traceId, spanId }: TraceContext): string => `00-${traceId}-${spanId}-01`;

/** A span below the parent, or the first of a trace. */
export const childOf = (parent?: TraceContext): TraceContext => ({
  traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
  spanId: randomBytes(8).toString('hex'),
});

const active = new AsyncLocalStorage<TraceContext>();

/** Runs `work` as what the span is about; `activeTrace` finds it there. */
export const withTrace = <T>(context: TraceContext, work: () => T): T => active.run(context, work);
export const activeTrace = (): TraceContext | undefined => active.getStore();
