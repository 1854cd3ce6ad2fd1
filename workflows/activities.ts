import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { ActivityInterfaceFor } from '@temporalio/workflow';
import type { CallActivities, PhoneActivities } from '../activities/types.js';
import { agentTaskQueue } from '../contract/index.js';
import type { AgentActivities, CallPolicy } from '../contract/index.js';

/**
 * LiveKit's API on the way up. An API error is retried here; a dispatch that vanished is not an error and is the
 * business of `agent.ts`. `budgetMs` caps all tries together.
 */
export const livekit = (
  { apiTimeoutMs, apiAttempts, apiBackoffMs }: CallPolicy,
  budgetMs?: number,
  cancellationType: ActivityCancellationType = ActivityCancellationType.TRY_CANCEL,
): ActivityInterfaceFor<CallActivities> =>
  proxyActivities<CallActivities>({
    startToCloseTimeout: apiTimeoutMs,
    ...(budgetMs !== undefined && { scheduleToCloseTimeout: Math.max(1, budgetMs) }),
    cancellationType,
    retry: { initialInterval: apiBackoffMs, backoffCoefficient: 2, maximumAttempts: apiAttempts },
  });

/** The same for what makes something: canceled, it settles when its fate is known, and is not tried again. */
export const livekitMakes = (policy: CallPolicy, budgetMs: number) =>
  livekit(policy, budgetMs, ActivityCancellationType.WAIT_CANCELLATION_COMPLETED);

/**
 * What is done on the telephone network, for as long as `budgetMs` in all. Tried again when its worker is lost, which
 * then only looks at what was done. Canceled, it settles by default when the line is certain to be gone.
 */
export const onPhone = (
  { heartbeatMs, apiBackoffMs }: CallPolicy,
  budgetMs: number,
  cancellationType: ActivityCancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
) =>
  proxyActivities<PhoneActivities>({
    scheduleToCloseTimeout: budgetMs,
    heartbeatTimeout: heartbeatMs,
    cancellationType,
    retry: { initialInterval: apiBackoffMs, backoffCoefficient: 2, maximumInterval: '5 seconds' },
  });

/** LiveKit's API when only an answer will do: what is left over costs money, and what is gone must be known. */
export const untilAnswered = ({
  apiTimeoutMs,
  apiBackoffMs,
}: CallPolicy): ActivityInterfaceFor<CallActivities & PhoneActivities> =>
  proxyActivities<CallActivities & PhoneActivities>({
    startToCloseTimeout: apiTimeoutMs,
    retry: { initialInterval: apiBackoffMs, backoffCoefficient: 2, maximumInterval: apiTimeoutMs },
  });

/**
 * What the job of one agent does, on its host's own task queue. Not retried by Temporal: whether the same job, or a
 * new one, gets the node again is decided in `flow-runner.ts`.
 */
export function agentActivities(
  hostId: string,
  timeouts: { heartbeatMs: number; reattachMs: number; longestMs: number },
): ActivityInterfaceFor<AgentActivities> {
  return proxyActivities<AgentActivities>({
    taskQueue: agentTaskQueue(hostId),
    scheduleToStartTimeout: timeouts.reattachMs,
    startToCloseTimeout: timeouts.longestMs,
    heartbeatTimeout: timeouts.heartbeatMs,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: { maximumAttempts: 1 },
  });
}
