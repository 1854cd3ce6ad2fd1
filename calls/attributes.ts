import type { WorkflowExecutionInfo } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { callIdOfWorkflow, ENDED_REASONS, isEndedReason } from '../contract/index.js';
import type { CallInput, CallView, Direction, EndedReason, Fault, Stage } from '../contract/index.js';

const CallStage = defineSearchAttributeKey('CallStage', SearchAttributeType.KEYWORD);
const CallOrg = defineSearchAttributeKey('CallOrg', SearchAttributeType.KEYWORD);
const CallFlow = defineSearchAttributeKey('CallFlow', SearchAttributeType.KEYWORD);
const CallDirection = defineSearchAttributeKey('CallDirection', SearchAttributeType.KEYWORD);
const CallEndedReason = defineSearchAttributeKey('CallEndedReason', SearchAttributeType.KEYWORD);
const CallStageSince = defineSearchAttributeKey('CallStageSince', SearchAttributeType.DATETIME);
const CallAttempt = defineSearchAttributeKey('CallAttempt', SearchAttributeType.INT);

/** What a call starts with. In the start request they cost no history event. */
export const initialAttributes = ({ org, flow, direction }: CallInput) => [
  { key: CallStage, value: 'admitted' },
  { key: CallStageSince, value: new Date() },
  { key: CallOrg, value: org },
  { key: CallFlow, value: flow.id },
  { key: CallDirection, value: direction },
  { key: CallAttempt, value: 0 },
];

type Execution = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'status' | 'startTime' | 'closeTime' | 'typedSearchAttributes' | 'memo'
>;

export interface KnownToTemporal {
  callId: string;
  status: CallView['status'];
  stage: Stage;
  stageSince: number;
  org: string;
  flowId: string;
  direction: Direction;
  attempt: number;
  /** When a scheduled call is to begin. */
  startAt?: number;
  startedAt: number;
  endedAt?: number;
  endedReason?: EndedReason;
  fault?: Fault;
}

/**
 * How a call ended whose workflow did not complete, by the status that Temporal's visibility store knows. A call
 * workflow completes whatever happens to the call: this one was ended by hand, or is defective.
 */
export const BROKEN_OFF = {
  Terminated: 'reaped',
  Canceled: 'orchestrator-error',
  Failed: 'orchestrator-error',
  TimedOut: 'orchestrator-error',
} as const satisfies Record<string, EndedReason>;

const brokenOffBy: Partial<Record<Execution['status']['name'], EndedReason>> = {
  TERMINATED: BROKEN_OFF.Terminated,
  CANCELLED: BROKEN_OFF.Canceled,
  FAILED: BROKEN_OFF.Failed,
  TIMED_OUT: BROKEN_OFF.TimedOut,
};

/** What Temporal knows of a call without asking a worker. Only the call workflow writes these values. */
export function knownToTemporal(info: Execution): KnownToTemporal {
  const { workflowId, status, startTime, closeTime, typedSearchAttributes: attributes, memo } = info;
  const active = status.name === 'RUNNING' || status.name === 'PAUSED';
  const written = attributes.get(CallEndedReason);
  const endedReason = isEndedReason(written) ? written : brokenOffBy[status.name];
  return {
    callId: callIdOfWorkflow(workflowId) ?? workflowId,
    status: active ? 'active' : 'ended',
    stage: (attributes.get(CallStage) ?? 'admitted') as Stage,
    stageSince: (attributes.get(CallStageSince) ?? startTime).getTime(),
    org: attributes.get(CallOrg) ?? '',
    flowId: attributes.get(CallFlow) ?? '',
    direction: (attributes.get(CallDirection) ?? 'web') as Direction,
    attempt: attributes.get(CallAttempt) ?? 0,
    ...(typeof memo?.startAt === 'number' && { startAt: memo.startAt }),
    startedAt: startTime.getTime(),
    ...(closeTime && { endedAt: closeTime.getTime() }),
    ...(endedReason !== undefined && { endedReason, fault: ENDED_REASONS[endedReason].fault }),
  };
}
