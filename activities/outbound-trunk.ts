import type { SipClient } from 'livekit-server-sdk';
import { OUTBOUND_TRUNK } from '../contract/index.js';
import type { Dialled } from '../contract/index.js';
import { answerOf } from './before-dialling.js';
import { rejected } from './phone-errors.js';

/** The trunk that calls to phones take. */
export async function outboundTrunk(sip: SipClient, named: string | undefined): Promise<{ id: string } | Dialled> {
  if (named !== undefined) return { id: named };
  const trunks = await answerOf('list its trunks', () => sip.listSipOutboundTrunk());
  if ('outcome' in trunks) return trunks;
  const trunk = trunks.answer.find(({ name }) => name === OUTBOUND_TRUNK);
  return trunk ? { id: trunk.sipTrunkId } : rejected('nothing was dialled: LiveKit has no outbound trunk', MAKE_ONE);
}

const MAKE_ONE = 'npm run phone -- setup --outbound makes one (docs/phones.md).';
