import { ActivityCancellationType, condition, isCancellation, log, patched } from '@temporalio/workflow';
import type { Transfer } from '../activities/types.js';
import type { FlowEvent, TransferCommand } from '../callflow/interpreter.js';
import type { Transferred } from '../contract/index.js';
import { onPhone } from './activities.js';
import { reason } from './failures.js';
import { EndCall } from './state.js';
import type { CallState } from './state.js';

/** Beyond the ringing: for a transfer that lost its worker to be looked at by the next one. Milliseconds. */
const LOOK_MS = 60_000;
/** Calls that began before ended in the middle of a transfer, unless they ran a flow of ours. */
export const TRANSFER_FIRST = 'transfer-first';
/** Calls that began before tried to transfer a caller who was gone, and took a failure of that for a caller who is back. */
const HANDED_OVER_ONCE = 'handed-over-once';
/** Ringing of a transfer that the API asks for. Milliseconds. */
const RING_MS = 30_000;

/** Carries out a `transfer` node. A caller who is not taken over is the flow's again. */
export async function transferByFlow(call: CallState, command: TransferCommand): Promise<FlowEvent> {
  if (call.input.direction === 'web') {
    log.warn('A web call cannot be transferred: only phone calls can', { node: command.node });
    return { kind: 'transferred', outcome: 'failed' };
  }
  await transferOver(call); // the API is at it
  const { outcome, detail } = await transfer(call, command.node, {
    to: command.to,
    ringMs: command.timeoutMs,
    ringback: true,
  });
  // Gone during a transfer whose outcome nobody knows: to where, if not there?
  return { kind: 'transferred', outcome: call.handedOver ? 'connected' : outcome, detail };
}

/** Does what the API asks for, beside the flow: the caller hears the agent until somebody else has taken over. */
export function transferOnRequest(call: CallState): void {
  const watching = async () => {
    for (;;) {
      await condition(() => call.transferTo !== undefined && !call.lineIsOurs);
      const to = call.transferTo!;
      call.transferTo = undefined;
      if (call.handedOver && patched(HANDED_OVER_ONCE)) continue;
      const { detail } = await transfer(call, 'API', { to, ringMs: RING_MS, ringback: false });
      if (call.handedOver) call.end('transferred', 'api', `The caller was handed over: ${detail}. Nothing to do.`);
    }
  };
  void watching().catch(() => undefined); // ends with the call
}

/**
 * Two entries in the timeline, one when it is asked for and one with its outcome: their stage is `flow`, since the
 * stages of a call are fixed, in order, and everybody counts on them, while a transfer is part of the conversation.
 */
async function transfer(
  call: CallState,
  by: string,
  options: Pick<Transfer, 'to' | 'ringMs' | 'ringback'>,
): Promise<Transferred> {
  const { callId, room, policy } = call.input;
  call.enter('flow', `transfer (${by})`);
  call.lineIsOurs = true;
  const { transferCaller } = onPhone(policy, options.ringMs + LOOK_MS, ActivityCancellationType.TRY_CANCEL);
  const result = await transferCaller
    .executeWithOptions({ summary: `${by}: transfer` }, [{ callId, room, identity: call.caller, ...options }])
    .catch((error: unknown): Transferred => {
      if (isCancellation(error)) throw error;
      return { outcome: 'unknown', detail: reason(error) };
    });
  const { outcome, detail } = result;
  log.info(`Transfer: ${outcome}`, { by, detail });
  const gone = outcome === 'connected' || (outcome === 'unknown' && result.callerIsHere === false);
  call.handedOver = gone || (call.handedOver && patched(HANDED_OVER_ONCE));
  call.enter('flow', `transfer (${by}): ${outcome} (${detail})`);
  call.lineIsOurs = false;
  return result;
}

/** A transfer under way would be cut off. */
export async function transferOver(call: CallState): Promise<void> {
  if (call.lineIsOurs) await condition(() => !call.lineIsOurs);
}

/** Nobody is there any more for whom a node that speaks or listens could do so. @throws EndCall transferred */
export function mustHaveCaller({ handedOver }: CallState): void {
  if (handedOver) throw new EndCall('transferred', 'The caller was handed over. Nothing to do.', 'agent');
}
