import { isCancellation, log as logger, proxyActivities } from '@temporalio/workflow';
import type { CallEventActivities, Delivered, Subscriptions } from '../activities/types.js';
import { CALL_EVENTS_TASK_QUEUE, deliveryActivityId } from '../contract/index.js';
import type { CallEvent, Delivery, DeliveryPolicy, FailedAttempt } from '../contract/index.js';
import { failureDetail, reason } from './failures.js';

/** What an attempt takes beyond its own timeout. Milliseconds. */
const SLACK_MS = 2_000;
const LONGEST_PAUSE_MS = 3_600_000;

export interface Log {
  add(entry: Delivery): Delivery;
  changed(): void;
}

/** The way to one endpoint: one event at a time, the next when the one before is taken or given up. */
export class Lane {
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly org: string,
    private readonly endpoint: Subscriptions['endpoints'][number],
    private readonly policy: DeliveryPolicy,
    private readonly log: Log,
    /** Endpoints that want no more. */
    private readonly gone: Set<string>,
  ) {}

  add(event: CallEvent): void {
    const { id, events } = this.endpoint;
    if (!events.includes(event.type)) return;
    const { id: name, type, at } = event;
    const entry = this.log.add({ event: name, type, at, endpoint: id, status: 'waiting', attempts: 0 });
    this.work = this.work.then(() => this.deliver(event, entry));
    this.work.catch(() => undefined); // who waits for it is told
  }

  settled = (): Promise<void> => this.work;

  /** @throws only when the workflow is canceled */
  private async deliver(event: CallEvent, entry: Delivery): Promise<void> {
    if (this.gone.has(this.endpoint.id)) Object.assign(entry, { status: 'gone' });
    else Object.assign(entry, await this.outcome(event));
    entry.settledAt = Date.now();
    this.log.changed();
  }

  private async outcome(event: CallEvent): Promise<Partial<Delivery>> {
    const { org, endpoint } = this;
    try {
      const { attempt, httpStatus, gone } = await this.attempts(event);
      if (gone) this.gone.add(endpoint.id);
      return { status: gone ? 'gone' : 'delivered', attempts: attempt, httpStatus };
    } catch (error) {
      if (isCancellation(error)) throw error;
      logger.warn('Webhook given up', { org, endpoint: endpoint.id, event: event.id, cause: reason(error) });
      const { attempt = 0, httpStatus } = lastAttempt(error) ?? {};
      return { status: 'given-up', attempts: attempt, error: reason(error), ...(httpStatus && { httpStatus }) };
    }
  }

  /** At least one attempt, however late: the events before may have taken all the time. */
  private attempts(event: CallEvent): Promise<Delivered> {
    const { timeoutMs, retryMs, giveUpMs } = this.policy;
    const attemptMs = timeoutMs + SLACK_MS;
    const { deliverEvent } = proxyActivities<CallEventActivities>({
      taskQueue: CALL_EVENTS_TASK_QUEUE,
      startToCloseTimeout: attemptMs,
      scheduleToCloseTimeout: Math.max(attemptMs, event.at + giveUpMs - Date.now()),
      retry: { initialInterval: retryMs, backoffCoefficient: 3, maximumInterval: LONGEST_PAUSE_MS },
    });
    const { org, endpoint } = this;
    const activityId = deliveryActivityId({ endpoint: endpoint.id, event: event.id });
    return deliverEvent.executeWithOptions({ activityId, summary: `${event.type} ${event.id}` }, [
      { org, endpoint: endpoint.id, event },
    ]);
  }
}

/** A timeout wraps what the attempt before it failed of. */
const lastAttempt = (error: unknown): FailedAttempt | undefined =>
  (failureDetail(error) as FailedAttempt | undefined) ??
  (error instanceof Error && error.cause ? lastAttempt(error.cause) : undefined);
