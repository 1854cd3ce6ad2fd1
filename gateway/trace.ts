import { childOf, isUnsampled, parseTraceparent, traceparentOf } from '../platform/trace-context.js';
import type { Tracing } from '../platform/tracing.js';

interface Request {
  method: string;
  headers: Record<string, unknown>;
  routeOptions: { url?: string };
}

/** The span of a request, below the client's if that sent a `traceparent`. `work` gets what the call is to be below. */
export async function traced<T>(
  tracing: Tracing | undefined,
  request: Request,
  work: (trace: { traceparent?: string }) => Promise<T>,
): Promise<T> {
  const header = request.headers.traceparent;
  if (!tracing || isUnsampled(header)) return work({});
  const parent = parseTraceparent(header);
  const context = childOf(parent);
  const { method, routeOptions } = request;
  const startMs = Date.now();
  let error: string | undefined;
  try {
    return await work({ traceparent: traceparentOf(context) });
  } catch (cause) {
    error = cause instanceof Error ? cause.message : String(cause);
    throw cause;
  } finally {
    tracing.record({
      name: `${method} ${routeOptions.url ?? ''}`,
      kind: 'server',
      context,
      ...(parent && { parentId: parent.spanId }),
      startMs,
      endMs: Date.now(),
      attributes: { 'http.request.method': method, 'http.route': routeOptions.url ?? '' },
      ...(error !== undefined && { error }),
    });
  }
}
