import type { temporal } from '@temporalio/proto';
import type { ScriptedCall } from './scripted-call.js';

export async function historyOf(call: ScriptedCall): Promise<temporal.api.history.v1.IHistoryEvent[]> {
  const { events } = await call.handle.fetchHistory();
  return events ?? [];
}

/** The signals that arrived, in order. */
export async function namesOfSignals(call: ScriptedCall): Promise<string[]> {
  const events = await historyOf(call);
  return events.flatMap(({ workflowExecutionSignaledEventAttributes: signaled }) => signaled?.signalName ?? []);
}

/** The activities that were asked for, in order, repeated ones included. */
export async function namesOfActivities(call: ScriptedCall): Promise<string[]> {
  const events = await historyOf(call);
  return events.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? []);
}
