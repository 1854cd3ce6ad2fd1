import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { log, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { CallState } from './state.js';

const CallStage = defineSearchAttributeKey('CallStage', SearchAttributeType.KEYWORD);
const CallStageSince = defineSearchAttributeKey('CallStageSince', SearchAttributeType.DATETIME);
const CallAttempt = defineSearchAttributeKey('CallAttempt', SearchAttributeType.INT);
const CallEndedReason = defineSearchAttributeKey('CallEndedReason', SearchAttributeType.KEYWORD);
const CallFault = defineSearchAttributeKey('CallFault', SearchAttributeType.KEYWORD);

/**
 * Makes a stage change visible where operators look: search attributes (lists), current details (one call), log.
 * One upsert for all attributes, since each is a history event. `CallAttempt` is also the fence of the agents:
 * a host describes the call and lets only the job of this attempt into the room.
 */
export function publishStage(call: CallState): void {
  upsertSearchAttributes([
    { key: CallStage, value: call.stage },
    { key: CallStageSince, value: new Date() },
    { key: CallAttempt, value: call.current?.attempt ?? 0 },
    ...(call.ended
      ? [
          { key: CallEndedReason, value: call.ended.reason },
          { key: CallFault, value: call.ended.fault },
        ]
      : []),
  ]);
  setCurrentDetails(describe(call));
  log.info(`Stage ${call.stage}`, { stage: call.stage, attempt: call.current?.attempt });
}

/**
 * For people, in the Temporal Web UI, as markdown. Its panel shows some ten lines at once: where the call is and what to
 * look at come before how it got there.
 */
function describe(call: CallState): string {
  const started = call.startedAt;
  const lines = call.timeline.map(
    ({ stage, at, ms, detail }) =>
      `- **${stage}** at +${at - started} ms${ms === undefined ? '' : `, took ${ms} ms`}${detail ? `: ${detail}` : ''}`,
  );
  const agents = call.attempts.map(
    ({ attempt, outcome, hostId, jobId, error }) =>
      `- attempt ${attempt}: ${outcome}${hostId ? ` on host ${hostId}, job ${jobId}` : ''}${error ? ` (${error})` : ''}`,
  );
  const since = new Date(call.timeline.at(-1)?.at ?? started).toISOString();
  const ended = call.ended && `**Ended: ${call.ended.reason}** by ${call.ended.by}. ${call.ended.detail}`;
  return [
    ...(ended ? [ended, ''] : []),
    `In **${call.stage}** since ${since}. ${hint(call)}`.trim(),
    '',
    `Room \`${call.input.room}\`, begun ${new Date(started).toISOString()}`,
    '',
    ...lines,
    // A list needs an empty line above it.
    ...(agents.length ? ['', 'Agents', '', ...agents] : []),
  ].join('\n');
}

/** What to look at when the call stands still in this stage. */
function hint(call: CallState): string {
  switch (call.stage) {
    case 'admitted':
    case 'room':
      return 'If this stands still: is LiveKit reachable from the call worker? See the pending activity.';
    case 'dispatch':
      return 'If this stands still: no agent worker accepts the job. Check that an agent host runs, is registered under the agent name and has capacity (its health endpoint says so).';
    case 'agent-ready':
      return 'If this stands still: the job was accepted but is not ready. Check agent-worker.log for this room, and how many warm processes the host has.';
    case 'dial':
      return 'The phone rings, for `dialMs` at most. If this stands still: see the pending activity.';
    case 'caller':
      return 'If this stands still: the caller has not joined the room, or cannot hear the agent.';
    case 'flow':
      return 'The conversation runs; the pending activity names the node.';
    case 'ended':
      return '';
    default:
      return 'If this stands still: the clean-up is retried until LiveKit answers. See the pending activity.';
  }
}
