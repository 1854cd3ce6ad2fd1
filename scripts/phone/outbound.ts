import type { SipClient, SIPOutboundTrunkInfo } from 'livekit-server-sdk';
import { OUTBOUND_TRUNK } from '../../contract/index.js';
import type { Made } from './setup.js';

/** LiveKit's SIPTransport: it finds out. */
const AUTO = 0;

/** Where outbound calls go, and as whom. */
export interface OutboundTrunk {
  /** Host of the carrier, with its port if that is not 5060. */
  address: string;
  /** Callers' numbers; LiveKit takes one of them for each call. */
  numbers: string[];
  authUsername: string;
  authPassword: string;
}

/** Tells LiveKit of the carrier. May run again: it changes what is different, and keeps what others have set beside. */
export async function setUpOutbound(sip: SipClient, wanted: OutboundTrunk): Promise<Made> {
  const what = 'outbound trunk';
  const found = (await sip.listSipOutboundTrunk()).find(({ name }) => name === OUTBOUND_TRUNK);
  if (!found) {
    const { address, numbers, ...login } = wanted;
    const options = { transport: AUTO, ...login };
    const { sipTrunkId: id } = await sip.createSipOutboundTrunk(OUTBOUND_TRUNK, address, numbers, options);
    return { what, id, outcome: 'created' };
  }
  const id = found.sipTrunkId;
  if (isSame(found, wanted)) return { what, id, outcome: 'unchanged' };
  await sip.updateSipOutboundTrunk(id, Object.assign(found, wanted));
  return { what, id, outcome: 'changed' };
}

const isSame = (found: SIPOutboundTrunkInfo, wanted: OutboundTrunk): boolean =>
  found.address === wanted.address &&
  JSON.stringify([...found.numbers].sort()) === JSON.stringify([...wanted.numbers].sort()) &&
  found.authUsername === wanted.authUsername &&
  found.authPassword === wanted.authPassword;
