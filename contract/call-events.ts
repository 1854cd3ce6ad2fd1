import type { Direction } from './call.js';
import type { EndedReason } from './ended.js';
import type { Json } from './flow.js';
import { CALLS_TASK_QUEUE } from './ids.js';

/**
 * What a call tells the outside. A workflow of its own follows each call of an organisation that wants to know: it reads
 * the call as the gateway does, so the call's history has nothing of it.
 */

/** Workflow type. */
export const CALL_EVENTS = 'callEvents';

/** Its activities have a queue of their own: an endpoint that hangs takes no worker's slot from a call. */
export const CALL_EVENTS_TASK_QUEUE = 'call-events';

export const callEventsWorkflowId = (callId: string): string => `call-events/${callId}`;

export const CALL_EVENT_TYPES = ['call.stage', 'call.event', 'call.ended'] as const;
export type CallEventType = (typeof CALL_EVENT_TYPES)[number];

/** Query: Delivery[] */
export const DELIVERIES = 'deliveries';

export interface CallEventsInput {
  callId: string;
  org: string;
  /** A call that is not there by then will never be. Milliseconds since the epoch. */
  expectBy: number;
  /** From the run before. */
  carried?: { cursor: EventCursor; deliveries: Delivery[]; gone: string[] };
}

/**
 * How the workflow is started: one a call, also after it has ended. But one that waited for its call in vain has failed,
 * and the call may come all the same, with a request that is repeated.
 */
export const callEventsStart = (input: CallEventsInput) => ({
  workflowId: callEventsWorkflowId(input.callId),
  workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' as const,
  taskQueue: CALLS_TASK_QUEUE,
  args: [input] as [CallEventsInput],
  staticSummary: `Events of call ${input.callId}`,
});

/** How much of a call has been told already. */
export interface EventCursor {
  stages: number;
  emitted: number;
}

/** One event, the same bytes for every endpoint and every attempt. */
export interface CallEvent {
  /** `webhook-id`: what a receiver knows a repetition by. */
  id: string;
  type: CallEventType;
  /** Milliseconds since the epoch. */
  at: number;
  data: CallEventData;
}

export interface CallEventData {
  callId: string;
  org: string;
  flowId: string;
  direction: Direction;
  metadata?: Record<string, string>;
  [field: string]: Json | undefined | EndedReason;
}

/** How long an endpoint may take, and how long it is asked. Milliseconds. */
export interface DeliveryPolicy {
  /** One attempt. */
  timeoutMs: number;
  /** Pause before the second attempt; each further one is three times as long, an hour at most. */
  retryMs: number;
  /** An event that nobody has taken so long after it happened is given up. */
  giveUpMs: number;
}

export type DeliveryStatus = 'waiting' | 'delivered' | 'given-up' | 'gone';

/** What became of one event at one endpoint. */
export interface Delivery {
  event: string;
  type: CallEventType;
  at: number;
  /** Id of the endpoint. */
  endpoint: string;
  status: DeliveryStatus;
  attempts: number;
  httpStatus?: number;
  error?: string;
  /** Milliseconds since the epoch. */
  settledAt?: number;
}

/** What a failed attempt says of itself. */
export interface FailedAttempt {
  attempt: number;
  httpStatus?: number;
}

export const deliveryActivityId = ({ endpoint, event }: Pick<Delivery, 'endpoint' | 'event'>): string =>
  `${endpoint}:${event}`;
