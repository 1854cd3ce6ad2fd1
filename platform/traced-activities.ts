import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { defaultPayloadConverter } from '@temporalio/common';
import { childOf, parseTraceparent, withTrace } from './trace-context.js';
import type { Tracing } from './tracing.js';

/** Header of workflows and activities. */
const TRACEPARENT = 'traceparent';

/** A span for each activity of a traced call. */
export const tracedActivities =
  (tracing: Tracing): ActivityInterceptorsFactory =>
  ({ info }) => ({
    inbound: {
      async execute(input, next) {
        const header = input.headers[TRACEPARENT];
        const parent = header && parseTraceparent(defaultPayloadConverter.fromPayload(header));
        if (!parent) return next(input);
        const context = childOf(parent);
        const startMs = Date.now();
        const record = (error?: unknown) =>
          tracing.record({
            name: info.activityType,
            context,
            parentId: parent.spanId,
            startMs,
            endMs: Date.now(),
            attributes: {
              'temporal.workflow_id': info.workflowExecution?.workflowId ?? '',
              'temporal.task_queue': info.taskQueue,
              'temporal.activity_attempt': info.attempt,
            },
            ...(error !== undefined && { error: error instanceof Error ? error.message : String(error) }),
          });
        try {
          const result = await withTrace(context, () => next(input));
          record();
          return result;
        } catch (error) {
          record(error);
          throw error;
        }
      },
    },
  });
