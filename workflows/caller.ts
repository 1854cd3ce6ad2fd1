import { condition, log } from '@temporalio/workflow';
import type { Participants } from './participants.js';
import { EndCall } from './state.js';
import type { CallState } from './state.js';

/** Waits until the caller is in the room. @throws EndCall caller-not-joined */
export async function callerPresent(call: CallState, participants: Participants): Promise<void> {
  const { callerMs } = call.input.policy;
  call.enter('caller');
  if (await condition(() => participants.caller, callerMs, { summary: 'caller in the room?' })) return;
  throw new EndCall(
    'caller-not-joined',
    `The caller did not join the room within ${callerMs} ms. Check the caller's network and token.`,
  );
}

/** Ends the call, at any stage, when its caller or its room is gone for good. Runs until the call ends. */
export function watchRoom(call: CallState, participants: Participants): void {
  const { callerGraceMs } = call.input.policy;
  const callerGone = () => participants.callerSeen && !participants.caller;
  const watch = async () => {
    for (;;) {
      await condition(() => participants.roomFinished || callerGone());
      if (participants.roomFinished) return roomGone(call);
      log.info('Caller left', { onPurpose: participants.callerLeftOnPurpose });
      const back = !participants.callerLeftOnPurpose && (await condition(() => participants.caller, callerGraceMs));
      if (!back) return callerGoneForGood(call);
    }
  };
  void watch().catch(() => undefined); // cancelled with the call
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

const roomGone = (call: CallState): void =>
  call.end(
    'media-lost',
    'system',
    "The room is gone although the call is not over. Check LiveKit's node and whether anyone deleted the room.",
  );
