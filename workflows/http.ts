import { condition, isCancellation, log, proxyActivities } from '@temporalio/workflow';
import type { HttpActivities } from '../activities/types.js';
import type { FlowEvent, HttpCommand, SayCommand } from '../callflow/interpreter.js';
import { HTTP_FAILURES } from '../contract/index.js';
import { failureDetail, failureType, reason, timeoutType } from './failures.js';
import type { CallState } from './state.js';

/** What an attempt takes beyond its own timeout. Milliseconds. */
const SLACK_MS = 2_000;

/** Sends a node's request, with its retries. Whoever waits longer than they should hears the hold phrase meanwhile. */
export async function sendRequest(
  call: CallState,
  command: HttpCommand,
  sayHold: (hold: SayCommand) => Promise<void>,
): Promise<FlowEvent> {
  const { node, nodeRunId, hold } = command;
  let here = false;
  const event = outcome(call, command).finally(() => (here = true));
  event.catch(() => undefined); // awaited below, after the phrase
  if (hold && !(await condition(() => here, hold.afterMs, { summary: `${node}: hold` })))
    await sayHold({ kind: 'say', node, nodeRunId: `${nodeRunId}-hold`, text: hold.text, interruptible: false });
  return event;
}

async function outcome(call: CallState, command: HttpCommand): Promise<FlowEvent> {
  const { node, request, save, idempotencyKey } = command;
  const { callId } = call.input;
  const { sendRequest } = proxyActivities<HttpActivities>({
    startToCloseTimeout: request.timeoutMs + SLACK_MS,
    retry: {
      initialInterval: 300,
      backoffCoefficient: 2,
      maximumInterval: 5_000,
      maximumAttempts: request.retries + 1,
    },
  });
  try {
    const answer = await sendRequest.executeWithOptions({ summary: `${node}: ${request.method}` }, [
      { callId, node, request, save, idempotencyKey: `${callId}-${idempotencyKey}` },
    ]);
    return { kind: 'responded', ...answer };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const type = failureType(error);
    const detail = reason(error);
    log.warn('HTTP request failed', { node, error: detail });
    const status = type === HTTP_FAILURES.status ? failureDetail(error) : undefined;
    if (typeof status === 'number') return { kind: 'responded', status, values: {} };
    const late = type === HTTP_FAILURES.timeout || timeoutType(error) !== undefined;
    return { kind: 'failed', cause: late ? 'timeout' : 'error', detail };
  }
}
