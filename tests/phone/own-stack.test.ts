import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { Callers, until } from '../e2e/harness.js';
import { startStack, type Stack } from '../support/stack.js';
import { HELLO, KEYS } from './numbers.js';
import { Switchboard } from './switchboard.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const LONGEST_MS = 40_000;
/** LiveKit SIP would let it ring for 60 s. Milliseconds. */
const DECLINED_WITHIN_MS = 20_000;
/** The same flow, for other organisations. */
const [KEYS_OF_SECOND, KEYS_OF_THIRD] = ['+4930111', '+4930112'];

/** A stack whose gateway can be away, with few and short calls. */
describe.skipIf(inject('phoneProblem'))('a phone call', () => {
  let stack: Stack;
  let board: Switchboard;

  beforeAll(async () => {
    const env = {
      FLOWS_DIR: here('flows'),
      PHONE_NUMBERS_FILE: here('own-stack-numbers.json'),
      CALL_ACCEPT_MS: '30000',
      LIVEKIT_AGENT_WAIT_TIMEOUT: '50000',
      RECONCILE_EVERY_MS: '2000',
      CALL_MAX_DURATION_MS: String(LONGEST_MS),
      GATEWAY_MAX_CALLS: '2',
      GATEWAY_MAX_CALLS_PER_ORG: '1',
    };
    stack = await startStack({ phone: true, env });
    board = new Switchboard(stack.env, stack.ports.phone!.sip);
    await board.phone('setup');
  });
  afterEach(() => board.hangUpAll());
  afterAll(async () => {
    await stack?.stop();
    await Callers.dispose();
  });

  /** LiveKit delivers again to a gateway that is away, so somebody has to take the news and forget it. */
  async function ringsUnheard() {
    await stack.gateway.stop();
    const heard: { body: string; authorization: string }[] = [];
    const sink = createServer(async (request, response) => {
      heard.push({ body: await text(request), authorization: request.headers.authorization ?? '' });
      response.end();
    }).listen(stack.ports.gateway, '127.0.0.1');
    const telephone = await board.dial(KEYS);
    const callId = await telephone.rings();
    const joined = () => heard.find(({ body }) => body.includes('"participant_joined"'));
    const webhook = await until('the webhook', joined);
    sink.close();
    sink.closeAllConnections();
    await once(sink, 'close');
    await stack.gateway.start();
    return { telephone, callId, webhook };
  }

  async function talks(number: string) {
    const telephone = await board.dial(number);
    await telephone.answered();
    await telephone.hears(300);
    return telephone;
  }

  it('whose webhook got lost is found by the janitor; it ends at the longest duration', async () => {
    const { telephone, callId } = await ringsUnheard();
    await telephone.answered();
    await telephone.hears(300);
    await telephone.done();
    expect((await board.ended(callId)).ended).toMatchObject({ reason: 'max-duration' });
  });

  it('whose webhook comes to two gateways, and twice to each, is one call', async () => {
    const { telephone, callId, webhook } = await ringsUnheard();
    const other = await stack.startGateway();
    const deliver = async (gateway: string) => {
      const headers = { 'content-type': 'application/webhook+json', authorization: webhook.authorization };
      return (await fetch(`${gateway}/v1/webhooks/livekit`, { method: 'POST', body: webhook.body, headers })).status;
    };
    const { gateway } = stack.urls;
    expect(await Promise.all([gateway, other.url, gateway, other.url].map(deliver))).toEqual([200, 200, 200, 200]);
    await telephone.answered();
    await telephone.hears(300);
    await telephone.media.press('1');
    await telephone.done();
    expect(await board.ended(callId)).toMatchObject({ ended: { reason: 'completed' }, attempts: [{ attempt: 1 }] });
    const begun = (await board.logged()).split('\n').filter((line) => /Phone call (came in|declined)/.test(line));
    expect(begun.filter((line) => line.includes(callId))).toHaveLength(1);
    await other.stop();
  });

  it.each([
    ['as its organisation may have', [KEYS]],
    ['as there may be in all', [KEYS_OF_SECOND, KEYS_OF_THIRD]],
  ])('is declined while as many are on %s; those go on', async (_limit, numbers) => {
    const busy = await Promise.all(numbers.map(talks));
    const dialledAt = Date.now();
    const telephone = await board.dial(HELLO, { scenario: 'rejected' });
    const callId = await telephone.rings();
    await telephone.done();
    expect(telephone.log).toContain('486');
    expect(Date.now() - dialledAt).toBeLessThan(DECLINED_WITHIN_MS);
    const view = await board.calls.ended(callId);
    expect(view.ended).toMatchObject({ reason: 'concurrency-limit', by: 'system', stage: 'admitted' });
    expect(view.attempts).toEqual([]);
    // No room and no SIP leg of it: what is there belongs to the others.
    const there = await board.inRooms();
    expect(there.map(({ room }) => room)).not.toContain(view.room);
    expect(there.filter(({ identity }) => identity.startsWith('sip_'))).toHaveLength(busy.length);
    for (const each of busy) await each.media.press('2');
    await Promise.all(busy.map((each) => each.done()));
    await board.nothingLeft();
  });
});
