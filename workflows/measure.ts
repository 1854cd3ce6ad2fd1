import { metricMeter } from '@temporalio/workflow';
import { greetingOutcome, isOwnFlow, setupMs, setupOutcome, WORKER_METRICS } from '../contract/index.js';
import type { TimelineEntry } from '../contract/index.js';
import type { CallState } from './state.js';

/** What the call worker tells Prometheus of calls. No command, so no history event; replays record nothing. */

const histogram = (name: string, help: string) => metricMeter.createHistogram(name, 'float', undefined, help);
const counter = (name: string, help: string) => metricMeter.createCounter(name, undefined, help);

export function measureStage(call: CallState, { stage, ms }: TimelineEntry): void {
  if (ms === undefined || stage === 'ended') return;
  const { direction } = call.input;
  histogram(WORKER_METRICS.stageSeconds, 'How long calls were in each stage').record(ms / 1_000, { stage, direction });
}

export const measureRecovery = (): void =>
  counter(WORKER_METRICS.recoveries, 'Agents that were lost and are replaced in a running call').add(1);

export function measureEnd(call: CallState): void {
  const { input, attempts, ended } = call;
  const { direction, flow } = input;
  if (ended)
    counter(WORKER_METRICS.ended, 'Calls that ended').add(1, { reason: ended.reason, fault: ended.fault, direction });
  counter(WORKER_METRICS.setups, 'Ended calls by whether an agent was ready for them').add(1, {
    outcome: setupOutcome(call),
    direction,
  });
  const ms = setupMs(call);
  if (ms !== undefined)
    histogram(WORKER_METRICS.setupSeconds, 'From the request to the first ready agent').record(ms / 1_000, {
      direction,
    });
  // What somebody else's agent says, only that agent knows.
  const greeting = isOwnFlow(flow) ? undefined : greetingOutcome(call);
  if (greeting)
    counter(WORKER_METRICS.greetings, 'Ended calls by whether the caller was told the first words').add(1, {
      outcome: greeting,
      direction,
    });
  for (const { outcome } of attempts)
    counter(WORKER_METRICS.attempts, 'Dispatches of agents, by how they came out').add(1, { outcome });
}
