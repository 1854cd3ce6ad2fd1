import type { CallView } from './call.js';
import { hasReached } from './stages.js';
import type { Stage } from './stages.js';

/** Metrics of the call worker; `workflows/measure.ts` records them. Counters get `_total` added. */
export const WORKER_METRICS = {
  stageSeconds: 'durable_calls_worker_stage_seconds',
  setupSeconds: 'durable_calls_worker_setup_seconds',
  setups: 'durable_calls_worker_setups',
  greetings: 'durable_calls_worker_greetings',
  ended: 'durable_calls_worker_ended',
  attempts: 'durable_calls_worker_attempts',
  recoveries: 'durable_calls_worker_recoveries',
} as const;

/** Of call durations, for every histogram of ours. Seconds. */
export const CALL_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

type Told = Pick<CallView, 'timeline' | 'ended' | 'said'>;

/** `left`: ended before it was decided, by nobody's fault here. */
export type Outcome = 'ok' | 'failed' | 'left';

const OURS = ['platform', 'provider', 'config'];

const beganAt = ({ timeline }: Told, reached: Stage): number | undefined =>
  timeline.find(({ stage }) => stage !== 'cleanup' && stage !== 'ended' && hasReached(stage, reached))?.at;

/** Whether an ended call got an agent that was ready. */
export function setupOutcome(call: Told): Outcome {
  if (beganAt(call, 'dial') !== undefined) return 'ok';
  return OURS.includes(call.ended?.fault ?? '') ? 'failed' : 'left';
}

/** Milliseconds from the request to the first ready agent; undefined when there never was one. */
export function setupMs(call: Told): number | undefined {
  const [first] = call.timeline;
  const readyAt = beganAt(call, 'dial');
  return first && readyAt !== undefined ? Math.max(0, readyAt - first.at) : undefined;
}

/** Whether the caller, once there, was told the first words to the end; undefined when no words were due. */
export function greetingOutcome(call: Told): Outcome | undefined {
  if (beganAt(call, 'flow') === undefined) return undefined;
  if ((call.said ?? []).some(({ who }) => who === 'agent')) return 'ok';
  if (OURS.includes(call.ended?.fault ?? '')) return 'failed';
  return call.ended?.reason === 'completed' ? undefined : 'left';
}
