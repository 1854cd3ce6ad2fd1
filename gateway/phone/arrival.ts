import type { WebhookEvent } from 'livekit-server-sdk';
import { INBOUND_ROOM_PREFIX, SIP_ATTRIBUTES } from '../../contract/index.js';

/** LiveKit's ParticipantInfo.Kind. */
export const SIP = 3;

/** A phone that rings in a room of ours. */
export interface Arrival {
  sipCallId: string;
  room: string;
  identity: string;
  sid: string;
  /** As dialled, if LiveKit says so: only calls through a trunk of ours bring it. */
  called?: string;
  caller?: string;
}

/** What a webhook says of a phone call that came in to us; undefined for everything else. */
export function arrivalOf({ event, room, participant }: WebhookEvent, namespace: string): Arrival | undefined {
  if (event !== 'participant_joined' || !room || !participant || Number(participant.kind) !== SIP) return undefined;
  const { identity, sid, attributes } = participant;
  const sipCallId = attributes[SIP_ATTRIBUTES.callId];
  // Those that we dial ourselves come by no rule.
  if (!sipCallId || !attributes[SIP_ATTRIBUTES.ruleId] || !isOurs(room, namespace)) return undefined;
  const called = attributes[SIP_ATTRIBUTES.called] ?? userOf(attributes[SIP_ATTRIBUTES.to]);
  const caller = attributes[SIP_ATTRIBUTES.caller] ?? userOf(attributes[SIP_ATTRIBUTES.from]);
  return { sipCallId, room: room.name, identity, sid, ...(called && { called }), ...(caller && { caller }) };
}

/** Our dispatch rule marks its rooms. One that says nothing is known by its name. */
function isOurs({ name, metadata }: { name: string; metadata: string }, namespace: string): boolean {
  if (!metadata) return name.startsWith(`${INBOUND_ROOM_PREFIX}_`);
  try {
    const { durableCalls } = JSON.parse(metadata) as { durableCalls?: { namespace?: unknown } };
    return durableCalls?.namespace === namespace;
  } catch {
    return false;
  }
}

/** `"Ada" <sip:+49301@host>;tag=x` → `+49301`. Callers write what they like before the `<`: no number is taken from there. */
function userOf(header = ''): string | undefined {
  const unquoted = header.replace(/"(?:\\.|[^"\\])*"/g, '');
  const address = /<([^<>]*)>[^<>]*$/.exec(unquoted)?.[1] ?? unquoted;
  return /^\s*sips?:([^@>;]+)@/i.exec(address)?.[1];
}
