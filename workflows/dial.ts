import { condition, patched } from '@temporalio/workflow';
import { CALLER_IDENTITY } from '../contract/index.js';
import type { Dialled, DialOutcome } from '../contract/index.js';
import { onPhone, untilAnswered } from './activities.js';
import type { Agents } from './agent-lost.js';
import { reason } from './failures.js';
import type { Participants } from './participants.js';
import type { Saga } from './saga.js';
import { EndCall } from './state.js';
import type { CallState } from './state.js';

const HANG_UP = 'hang up the phone';

/** Calls that began before were dialled however late. */
const DIALS_IN_TIME = 'dials-in-time';
/** Beyond the ringing: for a dial that lost its worker to be found again by the next one. Milliseconds. */
const LOOK_MS = 60_000;

/**
 * Calls the phone while the agent waits, ready. An agent that is lost meanwhile is replaced while it rings. What the
 * line does until the dial is over is the dial's to tell: one that goes again is no caller who hangs up.
 *
 * @param setupBy when nobody expects the phone to ring any more. Milliseconds since the epoch
 * @throws EndCall agent-ready-timeout; busy, no-answer, declined, invalid-number or carrier-rejected; orchestrator-error
 * when it cannot be known any more
 */
export async function dialPhone(
  call: CallState,
  undo: Saga,
  participants: Participants,
  agents: Agents,
  setupBy: number,
): Promise<void> {
  const { to, room, callId, policy } = call.input;
  if (!to) return; // the caller comes by themselves
  if (Date.now() > setupBy && patched(DIALS_IN_TIME)) throw tooLate(Date.now() - setupBy);
  const { dialMs, maxDurationMs, absentMs, settleMs } = policy;
  let result: Dialled | undefined;
  const settled = () => result !== undefined;
  // Deleting the room gives the line up, but one that is only being made may bring the room back.
  undo.add(HANG_UP, async () => {
    await condition(settled, settleMs, { summary: 'dialling over?' });
    await untilAnswered(policy).hangUpPhone({ room });
  });
  call.enter('dial');
  call.lineIsOurs = true;
  void onPhone(policy, dialMs + LOOK_MS)
    .dial({ callId, room, phone: to.phone, ringMs: dialMs, maxDurationMs, absentMs })
    .then(
      (dialled) => (result = dialled),
      (error: unknown) => (result = { outcome: 'lost', detail: reason(error) }),
    );

  const agentLost = () => call.current?.outcome === 'lost';
  while (!settled()) {
    await condition(() => settled() || agentLost());
    if (settled()) break;
    await agents.replace(call.current?.error ?? 'its job failed');
    call.enter('dial', 'rings on');
  }
  call.lineIsOurs = false;
  const { outcome, sid } = result!;
  if (outcome === 'lost') throw nobodyKnows(result!, participants);
  undo.drop(HANG_UP); // either nothing is left of it, or it leaves as the room is deleted
  if (outcome !== 'answered') throw notAnswered(outcome, result!);
  if (sid) participants.apply({ kind: 'joined', identity: CALLER_IDENTITY, sid, at: Date.now() });
}

/** An agent was ready in time, but no worker was there to hear of it. */
const tooLate = (ms: number): EndCall =>
  new EndCall(
    'agent-ready-timeout',
    `Nothing was dialled: an agent was ready, but the time for the set-up had been over for ${(ms / 1_000).toFixed(1)} s when a call worker heard of it. Check that call workers run and keep up; then call again.`,
  );

const CHECK_TRUNK = 'Check the trunk (npm run phone -- setup --outbound), its address and login, credit and caller id.';

const ADVICE: Record<Exclude<DialOutcome, 'answered' | 'lost'>, (detail: string, todo?: string) => string> = {
  busy: (detail) => `The line is busy (${detail}). Call again later.`,
  'no-answer': (detail) => `The phone was not answered (${detail}). Call again later.`,
  declined: (detail) => `The call was declined (${detail}). Do not call again unasked.`,
  'invalid-number': (detail) => `The carrier does not know the number (${detail}). Correct it.`,
  'carrier-rejected': (detail, todo = CHECK_TRUNK) => `The call could not be placed: ${detail}. ${todo}`,
};

const notAnswered = (outcome: keyof typeof ADVICE, { detail, todo, sipCode }: Dialled): EndCall =>
  new EndCall(outcome, ADVICE[outcome](detail, todo), 'system', sipCode === undefined ? {} : { sipCode });

/** LiveKit's own word for why the line went, when it reached us, says at least that much. */
function nobodyKnows({ detail }: Dialled, { phoneLeft }: Participants): EndCall {
  const known = { rejected: 'declined', unavailable: 'no-answer', 'trunk-failed': 'carrier-rejected' } as const;
  if (phoneLeft) return notAnswered(known[phoneLeft], { outcome: 'lost', detail: `line ${phoneLeft}; ${detail}` });
  return new EndCall(
    'orchestrator-error',
    `What became of dialling the phone is not known: ${detail}. It was not dialled again, since it may have rung. ` +
      "Look at LiveKit SIP's log for this room before you call again.",
  );
}
