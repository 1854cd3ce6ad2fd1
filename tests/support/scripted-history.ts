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

/** The activities that were asked for, or those that came to an end, in order. */
export async function namesOfActivities(call: ScriptedCall, which: 'asked' | 'answered' = 'asked'): Promise<string[]> {
  const events = await historyOf(call);
  const asked = new Map<string, string>();
  const answered: string[] = [];
  for (const event of events) {
    const name = event.activityTaskScheduledEventAttributes?.activityType?.name;
    if (name) asked.set(String(event.eventId), name);
    const end = event.activityTaskCompletedEventAttributes ?? event.activityTaskFailedEventAttributes;
    if (end) answered.push(asked.get(String(end.scheduledEventId))!);
  }
  return which === 'asked' ? [...asked.values()] : answered;
}
