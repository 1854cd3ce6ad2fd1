import { condition, defineSignal, getExternalWorkflowHandle, setHandler } from '@temporalio/workflow';
import { ADMISSION_MESSAGES } from '../contract/index.js';
import type { AwaitPlace } from '../contract/index.js';
import type { Saga } from './saga.js';
import { EndCall, type CallState } from './state.js';

const placeGranted = defineSignal(ADMISSION_MESSAGES.placeGranted);
const awaitPlace = defineSignal<[AwaitPlace]>(ADMISSION_MESSAGES.awaitPlace);
const leavePlace = defineSignal<[{ callId: string }]>(ADMISSION_MESSAGES.leavePlace);

/**
 * Where calls are limited: sees to it that the call's place is given back, whatever becomes of it. The returned function
 * waits until the call has its place.
 */
export function placeOf({ input: { callId, place } }: CallState, undo: Saga): () => Promise<void> {
  if (!place) return async () => undefined;
  const { admission: workflowId, queueMs, ask } = place;
  let granted = queueMs === undefined;
  setHandler(placeGranted, () => void (granted = true));
  const admission = getExternalWorkflowHandle(workflowId);
  const giveBack = () => undo.add('give its place back', () => admission.signal(leavePlace, { callId }));
  if (!ask) giveBack();
  return async () => {
    if (queueMs === undefined) return;
    if (ask) giveBack();
    // It may have been granted before the call was there.
    await admission.signal(awaitPlace, { callId, ...(ask && { ask }) });
    if (await condition(() => granted, queueMs)) return;
    throw new EndCall(
      'queue-timeout',
      `No place became free in ${queueMs} ms: as many calls were on as the limits allow (GATEWAY_MAX_CALLS, ` +
        "GATEWAY_MAX_CALLS_PER_ORG, the organisation's own). Let it wait longer, or raise the limit.",
    );
  };
}
