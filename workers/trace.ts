import type { InjectedSinks } from '@temporalio/worker';
import { childOf, parseTraceparent } from '../platform/trace-context.js';
import type { Tracing } from '../platform/tracing.js';
import type { TraceSinks } from '../workflows/trace.js';

/** What calls tell of themselves at their end, as spans. Without tracing it goes nowhere: a gateway may trace alone. */
export const traceSinks = (tracing: Tracing | undefined): InjectedSinks<TraceSinks> => ({
  trace: {
    ended: {
      callDuringReplay: false,
      fn: (_info, traceparent, { spanId, ...call }, stages) => {
        const parent = parseTraceparent(traceparent);
        if (!tracing || !parent || !spanId) return;
        const context = { traceId: parent.traceId, spanId };
        tracing.record({ ...call, context, parentId: parent.spanId });
        for (const stage of stages) tracing.record({ ...stage, context: childOf(context), parentId: spanId });
      },
    },
  },
});
