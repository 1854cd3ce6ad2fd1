import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { initialAttributes, knownToTemporal } from '../../calls/attributes.js';
import { CALLS_TASK_QUEUE, callWorkflowId, MESSAGES } from '../../contract/index.js';
import type { AwaitStage, CallInput, CallView, Stage } from '../../contract/index.js';
import { Problem, rejected } from '../problems.js';
import type { StartCall, Started } from './port.js';
import { ask, describe, isUnanswered, unavailable, untilStop, within } from './temporal.js';

type CallWorkflow = (input: CallInput) => Promise<CallView>;

/** A waiting request looks after so long whether Temporal is there at all. Milliseconds. */
const LOOK_AFTER_MS = 2_000;

/**
 * The stage that a call has when its room is there. Everyone waits for that much: the answer carries a token, and who
 * joins with it at once must find the room.
 */
const AFTER_ROOM = 'dispatch';
/** A call that has no room by then gets its answer all the same; joining is tried until there is one. Milliseconds. */
const ROOM_MS = 2_500;

/** Any stage after `agent-ready` means that the agent is ready; `dial` is the next, also for calls that never dial. */
const AFTER_READY = 'dial';

const SAME_KEY_SETTLES = 'The call may have started: the same Idempotency-Key settles it.';

/** One call per call id under any repetition: Temporal refuses a second workflow, also when the first has ended. */
const startOptions = ({ input, requestHash }: StartCall) => ({
  workflowId: callWorkflowId(input.callId),
  workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
  taskQueue: CALLS_TASK_QUEUE,
  // A task that a stopping worker took along comes back after so long. The default is 10 s.
  workflowTaskTimeout: '5 seconds',
  args: [input] as [CallInput],
  // The start of a scheduled call, for lists: search attributes would cost one more.
  memo: { requestHash, ...(input.startAt !== undefined && { startAt: input.startAt }) },
  typedSearchAttributes: initialAttributes(input),
  staticSummary: `${input.direction} call, flow ${input.flow.id}`,
  staticDetails: `Room \`${input.room}\`, agent \`${input.agentName}\`, flow hash \`${input.flowHash.slice(0, 12)}\``,
});

/** Whoever repeats the request changes nothing. False: somebody has made it before. */
export async function startOnce(client: Client, call: StartCall): Promise<boolean> {
  try {
    await ask(client, () => client.workflow.start<CallWorkflow>('call', startOptions(call)));
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

export const startCall = (client: Client, call: StartCall): Promise<Started> => start(client, call).catch(unsure);

async function start(client: Client, call: StartCall): Promise<Started> {
  try {
    const [until, waitMs] = waitOf(call);
    return await startAndWait(client, call, until, waitMs);
  } catch (error) {
    const unsettled =
      error instanceof WorkflowExecutionAlreadyStartedError ||
      error instanceof WorkflowUpdateFailedError || // it closed while the update waited
      isUnanswered(error);
    if (!unsettled) throw error;
    const settled = await settle(client, call, error);
    const waited = call.waitReadyMs !== undefined || call.waitStartedMs !== undefined;
    return !waited || settled.status === 'ended' ? settled : { ...settled, timedOut: true };
  }
}

/** Until which stage a request waits, and for how long. */
function waitOf({ input, waitReadyMs, waitStartedMs }: StartCall): [Stage, number] {
  if (waitReadyMs !== undefined) return [AFTER_READY, waitReadyMs];
  if (waitStartedMs !== undefined) return ['flow', waitStartedMs];
  return [input.startAt === undefined ? AFTER_ROOM : 'admitted', ROOM_MS];
}

/** Whoever asked should know that the call may be there. */
function unsure(error: unknown): never {
  const silent = error instanceof Problem && error.problem === 'temporal-unavailable';
  throw silent ? unavailable(error.cause, SAME_KEY_SETTLES) : error;
}

/** Starts and waits in one request to Temporal (Update-with-Start); a repeated request waits on the same update. */
async function startAndWait(client: Client, call: StartCall, until: Stage, waitMs: number): Promise<Started> {
  const startWorkflowOperation = new WithStartWorkflowOperation<CallWorkflow>('call', {
    ...startOptions(call),
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
  });
  let look: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    look = setTimeout(() => void describe(client, call.input.callId).catch(reject), LOOK_AFTER_MS);
  });
  const update = () =>
    client.workflow.executeUpdateWithStart<CallWorkflow, CallView, [AwaitStage]>(MESSAGES.awaitStage, {
      args: [{ stage: until }],
      updateId: `await-${until}`,
      startWorkflowOperation,
    });
  try {
    const answered = Promise.race([within(client, waitMs, update), silence]);
    const { status, stage, ended } = await untilStop(call.stopping, ROOM_MS, answered);
    // A repeated request gets the answer of the first; what has become of the call since, Temporal knows.
    const settled = call.keyed ? await settle(client, call, undefined) : undefined;
    return settled?.status === 'ended' ? settled : { status, stage, ...(ended && { ended }) };
  } finally {
    clearTimeout(look);
  }
}

/** What Temporal has under this call id, once it is certain that it is the call of this very request. */
async function settle(client: Client, call: StartCall, cause: unknown): Promise<Started> {
  const description = await describe(client, call.input.callId);
  if (!description) throw unavailable(cause, SAME_KEY_SETTLES);
  if (description.memo?.requestHash !== call.requestHash) {
    throw new Problem(
      'idempotency-key-reused',
      `Call ${call.input.callId} was made with this Idempotency-Key and another body. Use a new key for a new call.`,
      { errors: [{ in: 'header', pointer: '/idempotency-key', detail: 'was used with another body' }] },
    );
  }
  const { status, stage } = knownToTemporal(description);
  return { status, stage };
}

/** A scheduled call whose time is over is refused, unless it is there already and was asked for again. */
export async function refuseLate(client: Client, { input, keyed }: StartCall): Promise<void> {
  const { startAt, startBy, callId } = input;
  if (startAt === undefined || startBy > Date.now()) return;
  if (keyed && (await describe(client, callId))) return;
  throw rejected([{ in: 'body', pointer: '/startAt', detail: 'is over: name a time to come, or leave it out' }]);
}
