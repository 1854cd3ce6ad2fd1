import type { CallEvent, CallEventType, CallView, EventCursor, Json } from '../../contract/index.js';
import type { SeenOfCall } from '../types.js';

/** What has happened to the call since `cursor`, oldest first. Undefined: nothing. */
export function eventsSince(call: CallView, cursor: EventCursor): SeenOfCall | undefined {
  const { callId, org, flowId, direction, metadata, timeline, emitted = [] } = call;
  const event = (name: string, type: CallEventType, at: number, more: object): CallEvent => {
    const data = { callId, org, flowId, direction, ...(metadata && { metadata }), ...(more as Record<string, Json>) };
    return { id: `${callId}.${name}`, type, at, data };
  };
  const over = call.status === 'ended';

  const stages = timeline
    .map(({ stage, at, detail }, index) => event(`s${index}`, 'call.stage', at, { stage, ...(detail && { detail }) }))
    // The end itself is `call.ended`.
    .filter(({ data }, index) => index >= cursor.stages && data.stage !== 'ended');
  const emits = emitted
    .filter(({ n }) => n >= cursor.emitted)
    .map(({ n, at, node, event: name, data }, index) => {
      const missed = index === 0 && n - cursor.emitted;
      return event(`e${n}`, 'call.event', at, { event: name, node, data, ...(missed && { missed }) });
    });
  const events = [...stages, ...emits].sort((a, b) => a.at - b.at); // stable
  if (over) {
    const at = timeline.at(-1)?.at ?? Date.now();
    const began = timeline[0]?.at;
    const durationMs = began === undefined ? undefined : at - began;
    events.push(event('ended', 'call.ended', at, { ...call.ended, ...(durationMs !== undefined && { durationMs }) }));
  }
  if (events.length === 0) return undefined;
  const last = emitted.at(-1);
  return { events, over, cursor: { stages: timeline.length, emitted: last ? last.n + 1 : cursor.emitted } };
}
