import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  getExternalWorkflowHandle,
  log,
  patched,
  proxyActivities,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import type { CallActivities } from '../activities/types.js';
import { ADMISSION_MESSAGES, callWorkflowId } from '../contract/index.js';
import type { AdmissionInput, Admit, AwaitPlace, PlaceAnswer } from '../contract/index.js';
import { AdmissionState } from './admission-state.js';
import { reason } from './failures.js';

export const admit = defineUpdate<PlaceAnswer[], [Admit]>(ADMISSION_MESSAGES.admit);
export const awaitPlace = defineSignal<[AwaitPlace]>(ADMISSION_MESSAGES.awaitPlace);
export const leavePlace = defineSignal<[{ callId: string }]>(ADMISSION_MESSAGES.leavePlace);
export const placeGranted = defineSignal(ADMISSION_MESSAGES.placeGranted);

/** Temporal takes 2000 updates for one run. */
const UPDATES_PER_RUN = 1_000;
/**
 * A call whose last moment to start has passed does nothing any more (`startBy`); a little later it certainly is there
 * or will never be. Milliseconds.
 */
const LATE_MS = 5_000;

const { compareCalls } = proxyActivities<CallActivities>({
  startToCloseTimeout: '20 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '5 seconds' },
});

/**
 * Gives out places for concurrent calls: one workflow, so the count is exact however many gateways ask. Nothing that
 * dies keeps a place: calls give theirs back, and places are compared with the calls that there are.
 */
export async function admission(input: AdmissionInput): Promise<void> {
  const state = new AdmissionState(input);
  let compared = input.places !== undefined;
  let updates = 0;
  let telling = 0;

  const tell = async (callId: string): Promise<void> => {
    telling += 1;
    try {
      await getExternalWorkflowHandle(callWorkflowId(callId)).signal(placeGranted);
    } catch (error) {
      // Not started yet: it asks when it is. Over: it leaves its place, or is found missing.
      log.info('A call could not be told of its place', { callId, cause: reason(error) });
    } finally {
      telling -= 1;
    }
  };
  const grant = (): void => state.grant().forEach((callId) => void tell(callId));

  setHandler(admit, async (request) => {
    updates += 1;
    await condition(() => compared);
    const answers = state.admit(request, Date.now(), patched);
    grant(); // a limit may have been raised
    return answers;
  });
  setHandler(awaitPlace, ({ callId, ask }) => {
    if (ask) state.ask(ask, Date.now());
    if (state.has(callId)) void tell(callId);
  });
  setHandler(leavePlace, ({ callId }) => {
    state.leave(callId);
    grant();
  });

  const compare = async (): Promise<void> => {
    const asOf = Date.now();
    const found = await compareCalls({ callIds: state.callIds, ...(input.org !== undefined && { org: input.org }) });
    state.compare(found, asOf - LATE_MS);
    compared = true;
    grant();
  };
  if (!compared) await compare();
  const old = () => workflowInfo().continueAsNewSuggested || updates >= UPDATES_PER_RUN;
  while (!old()) {
    await condition(() => state.busy || old());
    if (!(await condition(old, input.checkEveryMs))) await compare();
  }
  await condition(() => allHandlersFinished() && telling === 0);
  await continueAsNew<typeof admission>({ ...input, ...state.carried });
}

// It lives on for ever, so it moves to new workers, unlike calls. Only a worker that is versioned may say so.
setWorkflowOptions(
  () => (workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'AUTO_UPGRADE' } : {}),
  admission,
);
