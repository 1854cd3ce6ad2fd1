import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import { ADMISSION, ADMISSION_MESSAGES, admissionWorkflowId, CALLS_TASK_QUEUE } from '../../contract/index.js';
import type { AdmissionInput, Admit, PlaceAnswer, PlaceRequest } from '../../contract/index.js';
import { Problem } from '../problems.js';
import { Batch } from './batch.js';
import type { StartCall } from './port.js';
import { describe, isUnanswered, REQUEST_MS, unavailable, within } from './temporal.js';

type AdmissionWorkflow = (input: AdmissionInput) => Promise<void>;
type Asked = PlaceRequest & { limits: NonNullable<StartCall['limits']> };

const RETRY_AFTER_SECONDS = 5;
/** The admission workflow begins a new run now and then, and an update may fall into the gap. */
const TRIES = 3;

/** Asks for places where calls are limited; calls without a limit pass by. */
export class Places {
  private readonly batches = new Map<string, Batch<Asked, PlaceAnswer>>();

  constructor(
    private readonly client: Client,
    private readonly checkEveryMs: number,
  ) {}

  /** The call, with its place or its place in the queue. @throws Problem `concurrency-limit` */
  async take(call: StartCall): Promise<StartCall> {
    const { input, limits, queueMs } = call;
    if (!limits) return call;
    const { callId, org, startBy } = input;
    // A repeated request starts nothing: it gets its call, also at the limit.
    if (call.keyed && (await describe(this.client, callId))) return call;
    const startWithinMs = Math.max(1, startBy - Date.now());
    const scope = limits.total === undefined ? org : undefined;
    const asked = { callId, org, startWithinMs, limits, ...(queueMs !== undefined && { queueMs }) };
    const answer = await this.batch(scope).ask(asked);
    if (answer.answer === 'full') throw full(limits, answer.limit);
    const place = {
      admission: admissionWorkflowId(scope),
      ...(answer.answer === 'queued' && queueMs !== undefined && { queueMs }),
    };
    return { ...call, input: { ...input, startBy: answer.startBy, place } };
  }

  private batch(org: string | undefined): Batch<Asked, PlaceAnswer> {
    const key = admissionWorkflowId(org);
    const batch = this.batches.get(key) ?? new Batch((asked: Asked[]) => this.admit(org, asked));
    this.batches.set(key, batch);
    return batch;
  }

  private async admit(org: string | undefined, asked: Asked[]): Promise<PlaceAnswer[]> {
    const total = asked.at(-1)?.limits.total;
    const limited = asked.flatMap(({ org: each, limits }) => (limits.org === undefined ? [] : [[each, limits.org]]));
    const limits = {
      org: Object.fromEntries(limited) as Record<string, number>,
      ...(total !== undefined && { total }),
    };
    const admit: Admit = { limits, requests: asked.map(({ limits: _, ...request }) => request) };
    const updateId = randomUUID();
    for (let tries = 1; ; tries++) {
      try {
        return await within(this.client, REQUEST_MS, () => this.update(org, admit, `${updateId}-${tries}`));
      } catch (error) {
        if (error instanceof WorkflowUpdateFailedError && tries < TRIES) continue;
        if (isUnanswered(error)) throw unavailable(error, 'Is a call worker running? Try again.');
        throw error;
      }
    }
  }

  private update(org: string | undefined, admit: Admit, updateId: string): Promise<PlaceAnswer[]> {
    const startWorkflowOperation = new WithStartWorkflowOperation<AdmissionWorkflow>(ADMISSION, {
      workflowId: admissionWorkflowId(org),
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      taskQueue: CALLS_TASK_QUEUE,
      args: [{ checkEveryMs: this.checkEveryMs, ...(org !== undefined && { org }) }],
      staticSummary: `Places for concurrent calls of ${org ?? 'all organisations'}`,
    });
    return this.client.workflow.executeUpdateWithStart<AdmissionWorkflow, PlaceAnswer[], [Admit]>(
      ADMISSION_MESSAGES.admit,
      { args: [admit], updateId, startWorkflowOperation },
    );
  }
}

const full = ({ total, org }: Asked['limits'], which: 'org' | 'total'): Problem => {
  const whose = which === 'org' ? `your organisation may have (${org})` : `there may be in all (${total})`;
  const detail = `As many calls are on as ${whose}. Wait until one ends, or send queueMs to wait for a place.`;
  return new Problem('concurrency-limit', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS });
};
