import { setTimeout as sleep } from 'node:timers/promises';
import { ServerError } from 'livekit-server-sdk';
import type { SipClient } from 'livekit-server-sdk';
import { OUTBOUND_TRUNK } from '../contract/index.js';
import type { Dialled } from '../contract/index.js';
import { isFinal } from './livekit-errors.js';
import { causeOf, LOOK_AT_LIVEKIT, rejected } from './phone-errors.js';

/** As for all that is asked of LiveKit. Temporal's own tries again are not to be had here: they never dial. */
const TRIES = 3;
const BACKOFF_MS = 200;

/** The trunk that calls to phones take. Whatever goes wrong here, nothing was dialled. */
export async function outboundTrunk(sip: SipClient, named: string | undefined): Promise<{ id: string } | Dialled> {
  if (named !== undefined) return { id: named };
  for (let tries = 1; ; tries++) {
    try {
      const trunk = (await sip.listSipOutboundTrunk()).find(({ name }) => name === OUTBOUND_TRUNK);
      return trunk
        ? { id: trunk.sipTrunkId }
        : rejected('nothing was dialled: LiveKit has no outbound trunk', MAKE_ONE);
    } catch (error) {
      if (tries === TRIES || (error instanceof ServerError && isFinal(error.status)))
        return rejected(`nothing was dialled: LiveKit did not list its trunks (${causeOf(error)})`, LOOK_AT_LIVEKIT);
      await sleep(BACKOFF_MS * 2 ** (tries - 1));
    }
  }
}

const MAKE_ONE = 'npm run phone -- setup --outbound makes one (docs/phones.md).';
