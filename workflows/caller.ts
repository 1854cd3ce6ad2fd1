import { condition, isCancellation, log } from '@temporalio/workflow';
import { untilAnswered } from './activities.js';
import { reason, roomGone } from './failures.js';
import type { Participants } from './participants.js';
import { EndCall } from './state.js';
import type { CallState } from './state.js';

/** Waits until the caller is in the room. @throws EndCall caller-not-joined */
export async function callerPresent(call: CallState, participants: Participants): Promise<void> {
  const { callerMs } = call.input.policy;
  call.enter('caller', undefined, participants.caller);
  if (await condition(() => participants.caller, callerMs, { summary: 'caller in the room?' })) return;
  throw new EndCall(
    'caller-not-joined',
    `The caller did not join the room within ${callerMs} ms. Check the caller's network and token.`,
  );
}

/** Ends the call, at any stage, when its caller or its room is gone for good. Runs until the call ends. */
export function watchRoom(call: CallState, participants: Participants): void {
  const ignoreCancel = () => undefined; // both watches end with the call
  void watchCaller(call, participants).catch(ignoreCancel);
  void watchForRoomGone(call, participants).catch(ignoreCancel);
}

async function watchCaller(call: CallState, participants: Participants): Promise<void> {
  for (;;) {
    await condition(() => participants.callerSeen && !participants.caller);
    log.info('Caller left', { onPurpose: participants.callerLeftOnPurpose });
    const decided = () => participants.caller || participants.callerLeftOnPurpose;
    if (!decided()) await condition(decided, call.input.policy.callerGraceMs);
    if (participants.caller) continue;
    // From inside a room whose server is gone it looks as if everybody else had left.
    const asksWhy = !participants.callerLeftOnPurpose && call.hasBeenAt('dispatch');
    const roomIsGone = asksWhy && (await roomExists(call)) === false;
    if (participants.caller) continue;
    return roomIsGone ? mediaLost(call) : callerGoneForGood(call);
  }
}

async function watchForRoomGone(call: CallState, participants: Participants): Promise<void> {
  for (;;) {
    await condition(() => participants.roomFinished && call.hasBeenAt('dispatch')); // before, no room is there to go
    participants.roomFinished = false;
    // An old event of a room by this name, or one that nobody sent: LiveKit itself is asked.
    if ((await roomExists(call)) === false) return mediaLost(call);
  }
}

/** Undefined when LiveKit refuses to say. */
async function roomExists(call: CallState): Promise<boolean | undefined> {
  const { room, policy } = call.input;
  try {
    return (await untilAnswered(policy).lookAtRoom({ room })).exists;
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('LiveKit does not say whether the room exists', { error: reason(error) });
    return undefined;
  }
}

function mediaLost(call: CallState): void {
  const { reason, by, detail } = roomGone();
  call.end(reason, by, detail);
}

function callerGoneForGood(call: CallState): void {
  if (call.hasBeenAt('flow')) call.end('caller-hangup', 'caller', 'The caller left the room. Nothing to do.');
  else
    call.end(
      'caller-abandoned',
      'caller',
      'The caller left before the agent spoke. Look at how long the agent took to be ready.',
    );
}
