import type { WorkflowHandle } from '@temporalio/client';
import type { ScriptedCall } from './scripted-call.js';

type HistoryEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

export async function historyOf(call: ScriptedCall): Promise<HistoryEvent[]> {
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

interface Named {
  name: string;
}

/** What the Web UI asks a workflow: the text it shows, and the messages that it takes. */
export const uiMetadata = (call: ScriptedCall) =>
  call.handle.query<
    {
      currentDetails: string;
      definition: { signalDefinitions: Named[]; updateDefinitions: Named[]; queryDefinitions: Named[] };
    },
    []
  >('__temporal_workflow_metadata');
