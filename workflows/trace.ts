import { defaultPayloadConverter } from '@temporalio/common';
import { proxySinks, workflowInfo } from '@temporalio/workflow';
import type { Sinks, WorkflowInterceptorsFactory } from '@temporalio/workflow';
import type { CallInput, CallView } from '../contract/index.js';

/** One span of a workflow, as plain data: it leaves the sandbox. Milliseconds since the epoch. */
export interface WorkflowSpan {
  name: string;
  spanId?: string;
  startMs: number;
  endMs: number;
  attributes: Record<string, string | number>;
  error?: string;
}

export interface TraceSinks extends Sinks {
  trace: {
    /** `traceparent` is the span that the call's own is below; the others are below the call's. */
    ended(traceparent: string, call: WorkflowSpan, stages: WorkflowSpan[]): void;
  };
}

const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/;
const SPAN_ID_DIGITS = 16;

/**
 * Joins a traced call (`traceparent` in its input) with its activities, and tells of its stages at its end. The ids come
 * from the run, so that a replay makes the same; a header is no command, so histories stay as they are.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let below: string | undefined;
  return {
    inbound: [
      {
        async execute(input, next) {
          const { traceparent } = (input.args[0] ?? {}) as Partial<CallInput>;
          const [, traceId] = TRACEPARENT.exec(traceparent ?? '') ?? [];
          if (!traceparent || !traceId) return next(input);
          const spanId = workflowInfo().runId.replaceAll('-', '').slice(-SPAN_ID_DIGITS);
          below = `00-${traceId}-${spanId}-01`;
          const result = await next(input);
          tell(traceparent, spanId, result as CallView);
          return result;
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) =>
          next(
            below
              ? { ...input, headers: { ...input.headers, traceparent: defaultPayloadConverter.toPayload(below) } }
              : input,
          ),
      },
    ],
  };
};

function tell(traceparent: string, spanId: string, { callId, flowId, direction, timeline, ended }: CallView): void {
  const endMs = Date.now();
  const failed = ended && ended.fault !== 'none' && ended.fault !== 'caller';
  const call = {
    name: 'call',
    spanId,
    startMs: timeline[0]?.at ?? endMs,
    endMs,
    attributes: {
      'call.id': callId,
      'call.flow': flowId,
      'call.direction': direction,
      'call.ended': ended?.reason ?? '',
    },
    ...(failed && { error: ended.detail }),
  };
  const stages = timeline
    .filter(({ stage }) => stage !== 'ended')
    .map(({ stage, at, ms = 0, detail }) => ({
      name: `stage ${stage}`,
      startMs: at,
      endMs: at + ms,
      attributes: { 'call.stage': stage, ...(detail && { detail }) },
    }));
  proxySinks<TraceSinks>().trace.ended(traceparent, call, stages);
}
