import {
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  patched,
  sleep,
} from '@temporalio/workflow';
import { firstWords } from '../callflow/greeting.js';
import { isOwnFlow, isRemoteFlow } from '../contract/index.js';
import type { CallInput, CallView } from '../contract/index.js';
import { livekitMakes, untilAnswered } from './activities.js';
import { nextAttempt, readyAgent, unlessHeardOf } from './agent.js';
import { Agents } from './agent-lost.js';
import { callerPresent, watchRoom } from './caller.js';
import { Conversation } from './conversation.js';
import { dialPhone } from './dial.js';
import { reason } from './failures.js';
import { runFlow } from './flow-runner.js';
import { measureEnd } from './measure.js';
import { handleMessages } from './messages.js';
import { runOwnAgent } from './own-agent.js';
import { handleOwnAgent } from './own-messages.js';
import { arrive, declineIfSo, takeRoomOver } from './inbound.js';
import { Participants } from './participants.js';
import { placeOf } from './place.js';
import { Backend } from './remote-backend.js';
import { runRemoteFlow } from './remote-flow.js';
import { Saga } from './saga.js';
import { requestedAt, setupFrom } from './setup-time.js';
import { CallState, EndCall } from './state.js';
import type { AgentSeen } from './state.js';
import { transferOnRequest } from './transfer.js';

const DELETE_ROOM = 'delete room';
/** Calls that began before dispatched their first agent once they had a room. */
const AGENT_WITH_ROOM = 'agent-with-room';

/**
 * One voice call: create room, dispatch agent, await agent ready, wait for the caller, run the flow, clean up.
 * Completes with the CallView whatever happens to the call; only the outcome in it tells.
 */
export async function call(started: CallInput): Promise<CallView> {
  const call = new CallState(started, requestedAt());
  const { input } = call;
  const { policy, flow } = input;
  const participants = new Participants(call.caller);
  const undo = new Saga(policy.settleMs);
  handleMessages(call, participants);
  handleOwnAgent(call);

  const takenAt = Date.now();
  await call.run(async () => {
    const placeTaken = placeOf(call, undo);
    if (input.inbound) arrive(call, participants, () => deleteRoomLater(call, undo));
    declineIfSo(input);
    await due(input);
    checkStartBy(input);
    await placeTaken();
    endAfter(call, policy.maxDurationMs);
    watchRoom(call, participants);
    const setupBy = setupFrom(takenAt) + policy.setupMs;

    const words = firstAndResume(input);
    const dispatched = input.inbound ? await takeRoomOver(call) : await createRoom(call, undo, words.first);
    const readyMs = () => Math.min(policy.readyMs, setupBy - Date.now());
    const first = await readyAgent(call, undo, readyMs(), words.first, dispatched);
    const agents = new Agents(call, first, () => readyAgent(call, undo, policy.readyMs, words.resume));
    await dialPhone(call, undo, participants, agents, setupBy);
    await callerPresent(call, participants, agents.replace);
    call.enter('flow');
    transferOnRequest(call);
    if (isOwnFlow(flow)) await runOwnAgent(call, participants, agents);
    else {
      const conversation = new Conversation(call, flow, participants, agents);
      if (isRemoteFlow(flow)) await runRemoteFlow(call, flow, conversation, new Backend(call, flow, undo));
      else await runFlow(call, flow, conversation);
    }
  });

  await CancellationScope.nonCancellable(async () => {
    call.enter('cleanup');
    const hungUp = call.ended?.by !== 'agent';
    await undo.compensate(call.cleanup, hungUp ? DELETE_ROOM : undefined);
    call.closed = true;
    call.enter('ended');
    await undo.compensateLate();
    measureEnd(call);
    await condition(allHandlersFinished);
  });
  return call.view();
}

/** What the first agent is going to say, as far as we know it, and what its replacements will. */
function firstAndResume({ flow, variables }: CallInput): { first?: string; resume?: string } {
  if (isOwnFlow(flow)) return {};
  const { resume } = flow;
  return { first: isRemoteFlow(flow) ? undefined : firstWords(flow, variables), resume };
}

function deleteRoomLater({ input: { room, policy } }: CallState, undo: Saga): void {
  undo.add(DELETE_ROOM, () => untilAnswered(policy).deleteRoom({ room }));
}

/** The first agent is dispatched by the same request: one hop less to wait for, and one request less to fail. */
async function createRoom(call: CallState, undo: Saga, greeting?: string): Promise<AgentSeen | undefined> {
  const { room, callId, org, policy, flow } = call.input;
  const own = isOwnFlow(flow);
  const first = patched(AGENT_WITH_ROOM) ? nextAttempt(call, greeting) : undefined;
  call.enter('room');
  deleteRoomLater(call, undo);
  try {
    const made = undo.making(() =>
      livekitMakes(policy, policy.setupMs).createRoom.executeWithOptions({ summary: room }, [
        {
          ...{ room, callId, org, ...(own && { own }), ...(first && { dispatch: first.dispatch }) },
          ...{ emptyMs: policy.setupMs + policy.callerMs, departureMs: policy.callerGraceMs },
        },
      ]),
    );
    await (first ? unlessHeardOf(first.agent, made) : made);
  } catch (error) {
    if (isCancellation(error)) throw error;
    if (first) Object.assign(first.agent, { outcome: 'dispatch-failed', error: reason(error) });
    throw new EndCall(
      'room-create-failed',
      `LiveKit did not create the room: ${reason(error)}. Check that the call worker reaches LiveKit and that its API key is valid.`,
    );
  }
  return first?.agent;
}

/** A scheduled call waits here for its time. It can be looked at, and hung up, like any other. */
async function due({ startAt }: CallInput): Promise<void> {
  if (startAt !== undefined && startAt > Date.now())
    await sleep(startAt - Date.now(), { summary: 'scheduled to begin' });
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
