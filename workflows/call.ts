import { allHandlersFinished, CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';
import { firstWords } from '../callflow/greeting.js';
import type { CallInput, CallView } from '../contract/index.js';
import { livekitMakes, untilAnswered } from './activities.js';
import { readyAgent } from './agent.js';
import { callerPresent, watchRoom } from './caller.js';
import { Conversation } from './conversation.js';
import { reason } from './failures.js';
import { runFlow } from './flow-runner.js';
import { handleMessages } from './messages.js';
import { Participants } from './participants.js';
import { placeOf } from './place.js';
import { Saga } from './saga.js';
import { CallState, EndCall } from './state.js';

const DELETE_ROOM = 'delete room';

/**
 * One voice call: create room, dispatch agent, await agent ready, wait for the caller, run the flow, clean up.
 * Completes with the CallView whatever happens to the call; only the outcome in it tells.
 */
export async function call(started: CallInput): Promise<CallView> {
  const call = new CallState(started, Date.now());
  const { input } = call;
  const { policy } = input;
  const participants = new Participants();
  const undo = new Saga(policy.settleMs);
  handleMessages(call, participants);

  await call.run(async () => {
    const placeTaken = placeOf(call, undo);
    checkStartBy(input);
    await placeTaken();
    endAfter(call, policy.maxDurationMs);
    watchRoom(call, participants);
    const setupBy = Date.now() + policy.setupMs;

    await createRoom(call, undo);
    const readyMs = () => Math.min(policy.readyMs, setupBy - Date.now());
    const agent = await readyAgent(call, undo, readyMs(), firstWords(input.flow, input.variables));
    const replace = () => readyAgent(call, undo, policy.readyMs, input.flow.resume);
    const conversation = new Conversation(call, participants, agent, replace);
    await callerPresent(call, participants, conversation.replaceAgent);
    call.enter('flow');
    await runFlow(call, conversation);
  });

  await CancellationScope.nonCancellable(async () => {
    call.enter('cleanup');
    const hungUp = call.ended?.by !== 'agent';
    await undo.compensate(call.cleanup, hungUp ? DELETE_ROOM : undefined);
    call.closed = true;
    call.enter('ended');
    await condition(allHandlersFinished);
  });
  return call.view();
}

async function createRoom(call: CallState, undo: Saga): Promise<void> {
  const { room, callId, org, policy } = call.input;
  call.enter('room');
  undo.add(DELETE_ROOM, () => untilAnswered(policy).deleteRoom({ room }));
  try {
    await undo.making(() =>
      livekitMakes(policy, policy.setupMs).createRoom.executeWithOptions({ summary: room }, [
        { room, callId, org, emptyMs: policy.setupMs + policy.callerMs, departureMs: policy.callerGraceMs },
      ]),
    );
  } catch (error) {
    if (isCancellation(error)) throw error;
    throw new EndCall(
      'room-create-failed',
      `LiveKit did not create the room: ${reason(error)}. Check that the call worker reaches LiveKit and that its API key is valid.`,
    );
  }
}

/** A call that waited too long for a worker is not started late: nobody expects it any more. */
function checkStartBy({ startBy }: CallInput): void {
  if (Date.now() > startBy)
    throw new EndCall(
      'queue-timeout',
      'No call worker took the call in time. Check that call workers run and keep up.',
    );
}

function endAfter(call: CallState, ms: number): void {
  void sleep(ms, { summary: 'longest call' }).then(
    () => call.end('max-duration', 'system', `The call reached its longest duration of ${ms} ms. Nothing to do.`),
    () => undefined, // the call ended before
  );
}
