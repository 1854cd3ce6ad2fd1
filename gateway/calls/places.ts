import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import { ADMISSION, ADMISSION_MESSAGES, admissionWorkflowId, CALLS_TASK_QUEUE } from '../../contract/index.js';
import type { AdmissionInput, Admit, CallLimits, PlaceAnswer, PlaceRequest } from '../../contract/index.js';
import { Problem } from '../problems.js';
import type { AgentPlaces } from './agent-places.js';
import { Batch } from './batch.js';
import type { StartCall } from './port.js';
import { describe, isUnanswered, REQUEST_MS, unavailable, within } from './temporal.js';

type AdmissionWorkflow = (input: AdmissionInput) => Promise<void>;
type Limits = NonNullable<StartCall['limits']> & { total?: number };
type Asked = PlaceRequest & { limits: Limits };

const RETRY_AFTER_SECONDS = 5;
/** The admission workflow begins a new run now and then, and an update may fall into the gap. */
const TRIES = 3;

/** Asks for places where calls are limited; calls without a limit pass by. */
export class Places {
  private readonly batches = new Map<string, Batch<Asked, PlaceAnswer>>();

  constructor(
    private readonly client: Client,
    private readonly checkEveryMs: number,
    private readonly agents: Pick<AgentPlaces, 'count'>,
  ) {}

  /** The call, with its place or its place in the queue. @throws Problem `concurrency-limit` */
  async take(call: StartCall): Promise<StartCall> {
    const { input, queueMs } = call;
    if (!call.limits) return call;
    const { callId, org, startBy, startAt = 0, direction } = input;
    const outbound = direction === 'outbound' && { outbound: true as const };
    const scope = call.limits.total === undefined ? org : undefined;
    const limits = await this.inNumbers(call.limits);
    if (startAt > Date.now()) {
      // It asks for itself, when its time has come: whom it asks must be there by then.
      await this.admit(scope, limitsFor([{ org, limits }]), []);
      const waitMs = queueMs ?? startBy - startAt;
      const ask = { callId, org, startWithinMs: waitMs, queueMs: waitMs, ...outbound };
      return { ...call, input: { ...input, place: { admission: admissionWorkflowId(scope), queueMs: waitMs, ask } } };
    }
    // A repeated request starts nothing: it gets its call, also at the limit.
    if (call.keyed && (await describe(this.client, callId))) return call;
    const startWithinMs = Math.max(1, startBy - Date.now());
    const asked = { callId, org, startWithinMs, limits, ...outbound, ...(queueMs !== undefined && { queueMs }) };
    const answer = await this.batch(scope).ask(asked);
    if (answer.answer === 'full') throw full(limits, answer.limit, call.limits.total === 'agents');
    const place = {
      admission: admissionWorkflowId(scope),
      ...(answer.answer === 'queued' && queueMs !== undefined && { queueMs }),
    };
    return { ...call, input: { ...input, startBy: answer.startBy, place } };
  }

  private async inNumbers({ total, ...limits }: NonNullable<StartCall['limits']>): Promise<Limits> {
    const count = total === 'agents' ? await this.agents.count() : total;
    return { ...limits, ...(count !== undefined && { total: count }) };
  }

  private batch(org: string | undefined): Batch<Asked, PlaceAnswer> {
    const key = admissionWorkflowId(org);
    const batch = this.batches.get(key) ?? new Batch((asked: Asked[]) => this.admit(org, limitsFor(asked), asked));
    this.batches.set(key, batch);
    return batch;
  }

  private async admit(org: string | undefined, limits: CallLimits, asked: Asked[]): Promise<PlaceAnswer[]> {
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

/** The limits that hold for all who ask together. */
function limitsFor(asked: Pick<Asked, 'org' | 'limits'>[]): CallLimits {
  const total = asked.at(-1)?.limits.total;
  const each = (which: 'org' | 'outbound') =>
    Object.fromEntries(asked.flatMap(({ org, limits }) => (limits[which] === undefined ? [] : [[org, limits[which]]])));
  return { org: each('org'), outbound: each('outbound'), ...(total !== undefined && { total }) };
}

const full = (limits: Limits, which: keyof CallLimits, byAgents: boolean): Problem => {
  const whose = {
    org: 'calls are on as your organisation may have',
    outbound: 'outbound calls are on as your organisation may have',
    total: `calls are on as ${byAgents ? 'agents have places for' : 'there may be in all'}`,
  };
  // The limit was another request's when this one names none.
  const most = limits[which] === undefined ? '' : ` (${limits[which]})`;
  const detail = `As many ${whose[which]}${most}. Wait until one ends, or send queueMs to wait for a place.`;
  return new Problem('concurrency-limit', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS });
};
