import { condition, isCancellation, log, patched } from '@temporalio/workflow';
import type { RoomSeen } from '../activities/types.js';
import { isOwnFlow } from '../contract/index.js';
import { untilAnswered } from './activities.js';
import { reason, roomGone } from './failures.js';
import type { Participants } from './participants.js';
import { EndCall } from './state.js';
import type { CallState } from './state.js';

/** Webhooks take tens of milliseconds. */
const LOOK_EVERY_MS = 3_000;

/** Calls that began before ended for a caller whom LiveKit listed. */
const LISTED_IS_THERE = 'listed-is-there';
/** Calls that began before ended for the room of a caller who had been handed over. */
const HANDED_OVER = 'handed-over';

/** Waits until the caller is in the room, with an agent that is there to speak. @throws EndCall caller-not-joined */
export async function callerPresent(
  call: CallState,
  participants: Participants,
  replaceAgent: (why: string) => Promise<void>,
): Promise<void> {
  const { callerMs } = call.input.policy;
  const until = Date.now() + callerMs;
  const agentLost = () => call.current?.outcome === 'lost';
  if (isOwnFlow(call.input.flow)) lookForCaller(call, participants);
  for (;;) {
    call.enter('caller', undefined, participants.caller);
    const summary = 'caller in the room?';
    await condition(() => participants.caller || agentLost(), Math.max(1, until - Date.now()), { summary });
    if (agentLost()) {
      await replaceAgent(call.current?.error ?? 'its job failed');
      continue;
    }
    // Only an agent that is in the room tells who comes, and its message may be lost.
    if (!participants.caller) await look(call, participants);
    if (participants.caller) return;
    throw new EndCall(
      'caller-not-joined',
      `The caller did not join the room within ${callerMs} ms. Check the caller's network and token.`,
    );
  }
}

/** With an own agent only LiveKit's webhooks tell who comes, and a webhook may be lost. Looks until the caller is there. */
function lookForCaller(call: CallState, participants: Participants): void {
  const looking = async () => {
    while (!(await condition(() => participants.caller, LOOK_EVERY_MS, { summary: 'look for the caller' })))
      await look(call, participants);
  };
  void looking().catch(() => undefined); // ends with the call
}

/** Ends the call, at any stage, when its caller or its room is gone for good. Runs until the call ends. */
export function watchRoom(call: CallState, participants: Participants): void {
  const ignoreCancel = () => undefined; // both watches end with the call
  void watchCaller(call, participants).catch(ignoreCancel);
  void watchForRoomGone(call, participants).catch(ignoreCancel);
}

async function watchCaller(call: CallState, participants: Participants): Promise<void> {
  for (;;) {
    await condition(() => participants.callerSeen && !participants.caller && !call.lineIsOurs);
    log.info('Caller left', { onPurpose: participants.callerLeftOnPurpose });
    const decided = () => participants.caller || participants.callerLeftOnPurpose;
    if (!decided()) await condition(decided, call.input.policy.callerGraceMs, { summary: 'caller back in the room?' });
    if (participants.caller) continue;
    // From inside a room whose server is gone it looks as if everybody else had left.
    const asksWhy = !participants.callerLeftOnPurpose && call.hasBeenAt('dispatch');
    const room = asksWhy ? await look(call, participants) : undefined;
    if (participants.caller) {
      // Also one whose return nobody told of, or who never left; but LiveKit's list may be behind.
      if (room?.contradicts) await stillThere(call, participants);
      continue;
    }
    if (call.handedOver) return; // the flow says how it ends
    return room?.exists === false ? mediaLost(call) : callerGoneForGood(call);
  }
}

async function watchForRoomGone(call: CallState, participants: Participants): Promise<void> {
  for (;;) {
    await condition(() => participants.roomFinished && call.hasBeenAt('dispatch')); // before, no room is there to go
    participants.roomFinished = false;
    // An old event of a room by this name, or one that nobody sent: LiveKit itself is asked.
    if ((await look(call, participants))?.exists !== false) continue;
    if (call.handedOver && patched(HANDED_OVER)) return; // nobody is left in it, and the flow says how it ends
    return mediaLost(call);
  }
}

/** A caller who really has gone is not listed for much longer. */
async function stillThere(call: CallState, participants: Participants): Promise<void> {
  const left = () => !participants.caller;
  const { callerGraceMs } = call.input.policy;
  if (!(await condition(left, callerGraceMs, { summary: 'caller really there?' })))
    await callerIsGone(call, participants);
}

/** `contradicts`: the caller is listed, though someone had told of a lost connection. */
type Looked = RoomSeen & { contradicts?: true };

/** What LiveKit says of the room; a caller who is there counts as told of. Undefined when LiveKit refuses to say. */
async function look(call: CallState, participants: Participants): Promise<Looked | undefined> {
  const { room, policy, caller } = call.input;
  try {
    const seen = await untilAnswered(policy).lookAtRoom({ room, ...(caller && { caller }) });
    const { callerSid: sid } = seen;
    if (!sid) return seen;
    if (!participants.saidLost(sid) || !patched(LISTED_IS_THERE)) {
      participants.apply({ kind: 'joined', identity: call.caller, sid, at: Date.now() });
      return seen;
    }
    log.info('LiveKit lists a caller who was said to have left');
    participants.callerListed(sid);
    return { ...seen, contradicts: true };
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('LiveKit does not say who is in the room', { error: reason(error) });
    return undefined;
  }
}

/** Nobody hears the agent: is it because the caller has left, and nobody told of it? */
export async function callerIsGone(call: CallState, participants: Participants): Promise<boolean> {
  const seen = await look(call, participants);
  if (seen?.exists && !seen.callerSid) participants.callerMissing();
  return !participants.caller;
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
