import type { SipClient } from 'livekit-server-sdk';
import { OUTBOUND_TRUNK } from '../../../contract/index.js';
import { digitsOf, PhoneNumbersError, readPhoneNumbers } from '../../../gateway/phone/numbers.js';
import type { Env } from '../../../platform/env.js';
import { createSipClient } from '../../../platform/livekit.js';
import { type Check, counted, NotUsed, Unwell } from '../check.js';

const SETUP = 'npm run phone -- setup tells LiveKit (docs/phones.md).';
const SETUP_OUTBOUND = 'npm run phone -- setup --outbound tells LiveKit of the carrier (docs/phones.md).';

/** What LiveKit must know for calls from phones, and to phones. No phone is called. */
export const sip: Check = {
  id: 'sip',
  needs: ['livekit'],
  async look({ env }) {
    const numbers = [...(ours(env.phone.numbersFile)?.keys() ?? [])];
    const dials = env.phone.allow.length > 0;
    if (numbers.length === 0 && !dials) throw new NotUsed('there are no phone numbers, and no phone may be called');
    const client = createSipClient(env);
    try {
      return [
        ...(numbers.length > 0 ? [await inbound(client, numbers)] : []),
        ...(dials ? [await outbound(client, env.phone)] : []),
      ].join('; ');
    } catch (error) {
      if (error instanceof Unwell) throw error;
      throw new Unwell(
        `LiveKit does not list what it knows of SIP: ${(error as Error).message}`,
        'It must share a Redis with LiveKit SIP: npm start -- --phone, or redis: in its configuration.',
      );
    }
  },
};

/** Numbers themselves do not belong into a report that is passed on. */
async function inbound(client: SipClient, numbers: string[]): Promise<string> {
  const [trunks, rules] = await Promise.all([client.listSipInboundTrunk(), client.listSipDispatchRule()]);
  const trunkOf = (number: string) => trunks.find((trunk) => trunk.numbers.some((each) => isSame(each, number)));
  const served = numbers.map(trunkOf).filter((trunk) => trunk !== undefined);
  const unknown = numbers.length - served.length;
  if (unknown > 0) throw new Unwell(`LiveKit has no inbound trunk for ${unknown} of ${count(numbers)}`, SETUP);
  const ruled = new Set(rules.flatMap(({ trunkIds }) => trunkIds));
  if (!served.every(({ sipTrunkId }) => ruled.has(sipTrunkId)))
    throw new Unwell('LiveKit has no dispatch rule for the inbound trunk', SETUP);
  if (!rules.some(({ trunkIds }) => trunkIds.length === 0))
    throw new Unwell('LiveKit has no rule for other numbers: a phone that dials one rings and is told nothing', SETUP);
  return `${count(numbers)}, with trunk and dispatch rules`;
}

const isSame = (a: string, b: string): boolean => digitsOf(a) === digitsOf(b);
const count = (numbers: string[]): string => counted(numbers.length, 'number');

async function outbound(client: SipClient, { trunkId }: Env['phone']): Promise<string> {
  const trunks = await client.listSipOutboundTrunk();
  const found = trunks.some((each) => (trunkId ? each.sipTrunkId === trunkId : each.name === OUTBOUND_TRUNK));
  if (found) return 'outbound trunk';
  if (trunkId) throw new Unwell(`LiveKit has no outbound trunk ${trunkId}`, 'Correct SIP_OUTBOUND_TRUNK_ID.');
  throw new Unwell('phones may be called (PHONE_ALLOW), and LiveKit has no outbound trunk', SETUP_OUTBOUND);
}

function ours(file: string | undefined) {
  try {
    return readPhoneNumbers(file);
  } catch (error) {
    if (!(error instanceof PhoneNumbersError)) throw error;
    throw new Unwell(error.message, 'Correct the file, or PHONE_NUMBERS_FILE.');
  }
}
