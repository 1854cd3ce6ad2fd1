import { RoomConfiguration } from 'livekit-server-sdk';
import type { SipClient, SIPDispatchRuleInfo, SIPInboundTrunkInfo } from 'livekit-server-sdk';
import { INBOUND_ROOM_PREFIX, SIP_ATTRIBUTES } from '../../contract/index.js';

/** LiveKit's default is three minutes; what a call takes until its agent can speak is far below. Seconds. */
const RINGING_S = 60;
/** A room that nobody of ours takes over closes itself. Seconds. */
const EMPTY_S = 60;

export interface Wanted {
  namespace: string;
  numbers: string[];
  /** Addresses that calls may come from; none: from anywhere. Undefined: as before, and of a new trunk from anywhere. */
  allow?: string[];
}

export interface Made {
  what: 'inbound trunk' | 'dispatch rule' | 'rule for other numbers' | 'outbound trunk';
  id: string;
  outcome: 'created' | 'changed' | 'unchanged';
}

interface Rule {
  what: Made['what'];
  name: string;
  /** None: calls that came through no trunk. */
  trunkIds: string[];
}

/** Tells LiveKit which numbers are ours and what to do with their calls. May run again: it changes what is different. */
export async function setUpInbound(sip: SipClient, wanted: Wanted): Promise<Made[]> {
  const trunk = await inboundTrunk(sip, wanted);
  const ours: Rule = { what: 'dispatch rule', name: nameOf(wanted), trunkIds: [trunk.id] };
  // Without one LiveKit SIP lets phones that dial any other number ring, and never says anything to them.
  const others: Rule = { what: 'rule for other numbers', name: `${nameOf(wanted)}/others`, trunkIds: [] };
  return [trunk, await dispatchRule(sip, wanted, ours), await dispatchRule(sip, wanted, others)];
}

const nameOf = ({ namespace }: Wanted) => `durable-calls/${namespace}`;

async function inboundTrunk(sip: SipClient, wanted: Wanted): Promise<Made> {
  const { numbers, allow } = wanted;
  const name = nameOf(wanted);
  const found = (await sip.listSipInboundTrunk()).find((trunk) => trunk.name === name);
  if (!found) {
    const { sipTrunkId: id } = await sip.createSipInboundTrunk(name, numbers, {
      allowedAddresses: allow ?? [],
      ringingTimeout: RINGING_S,
      // LiveKit does not tell the numbers themselves: see `dispatchRule`.
      headersToAttributes: { To: SIP_ATTRIBUTES.to, From: SIP_ATTRIBUTES.from },
    });
    return { what: 'inbound trunk', id, outcome: 'created' };
  }
  if (isSame(found, wanted)) return { what: 'inbound trunk', id: found.sipTrunkId, outcome: 'unchanged' };
  await sip.updateSipInboundTrunk(
    found.sipTrunkId,
    Object.assign(found, { numbers, ...(allow && { allowedAddresses: allow }) }),
  );
  return { what: 'inbound trunk', id: found.sipTrunkId, outcome: 'changed' };
}

const isSame = (found: SIPInboundTrunkInfo, { numbers, allow }: Wanted): boolean =>
  sameList(found.numbers, numbers) && (!allow || sameList(found.allowedAddresses, allow));

const sameList = (a: string[], b: string[]): boolean => JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());

/**
 * A room for each call, marked as ours. `hidePhoneNumber` keeps the caller's number out of the names of room and
 * participant, and so out of logs; the trunk passes it on as an attribute.
 */
async function dispatchRule(sip: SipClient, { namespace }: Wanted, { what, name, trunkIds }: Rule): Promise<Made> {
  const all = await sip.listSipDispatchRule();
  const found = all.find((rule) => rule.name === name);
  if (found && found.hidePhoneNumber && sameList(found.trunkIds, trunkIds))
    return { what, id: found.sipDispatchRuleId, outcome: 'unchanged' };
  // LiveKit takes one rule only for calls of all trunks, whoever has made it.
  const another = trunkIds.length === 0 && !found && all.find(takesAll);
  if (another) return { what, id: another.sipDispatchRuleId, outcome: 'unchanged' };
  if (found) await sip.deleteSipDispatchRule(found.sipDispatchRuleId);
  const { sipDispatchRuleId: id } = await sip.createSipDispatchRule(
    { type: 'individual', roomPrefix: INBOUND_ROOM_PREFIX },
    {
      name,
      trunkIds,
      hidePhoneNumber: true,
      roomConfig: new RoomConfiguration({
        metadata: JSON.stringify({ durableCalls: { namespace, inbound: true } }),
        emptyTimeout: EMPTY_S,
        departureTimeout: EMPTY_S,
      }),
    },
  );
  return { what, id, outcome: found ? 'changed' : 'created' };
}

const takesAll = ({ trunkIds, inboundNumbers, rule }: SIPDispatchRuleInfo): boolean =>
  trunkIds.length === 0 && inboundNumbers.length === 0 && !rule?.rule.value?.pin;
