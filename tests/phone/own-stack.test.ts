import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { Callers, until } from '../e2e/harness.js';
import { startStack, type Stack } from '../support/stack.js';
import { KEYS } from './numbers.js';
import { Switchboard } from './switchboard.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const LONGEST_MS = 40_000;

/** A stack whose gateway can be away, and whose calls are short. */
describe.skipIf(inject('phoneProblem'))('a phone call', () => {
  let stack: Stack;
  let board: Switchboard;

  beforeAll(async () => {
    const env = {
      FLOWS_DIR: here('flows'),
      PHONE_NUMBERS_FILE: here('phone-numbers.json'),
      CALL_ACCEPT_MS: '30000',
      LIVEKIT_AGENT_WAIT_TIMEOUT: '50000',
      RECONCILE_EVERY_MS: '2000',
      CALL_MAX_DURATION_MS: String(LONGEST_MS),
    };
    stack = await startStack({ phone: true, gateway: false, env });
    board = new Switchboard(stack.env, stack.ports.phone!.sip);
    await board.phone('setup');
  });
  afterEach(() => board.hangUpAll());
  afterAll(async () => {
    await stack?.stop();
    await Callers.dispose();
  });

  it('whose webhook got lost is found by the janitor; it ends at the longest duration', async () => {
    // LiveKit delivers again to a gateway that is away, so somebody has to take the news and forget it.
    const heard: string[] = [];
    const sink = createServer((request, response) => {
      request.on('data', (data) => heard.push(String(data))).on('end', () => response.end());
    }).listen(stack.ports.gateway, '127.0.0.1');
    const telephone = await board.dial(KEYS);
    const callId = await telephone.rings();
    await until('the webhook', () => heard.some((body) => body.includes('"participant_joined"')) || undefined);
    sink.close();
    sink.closeAllConnections();
    await once(sink, 'close');
    await stack.gateway.start();

    await telephone.answered();
    await telephone.hears(300);
    await telephone.done();
    expect((await board.ended(callId)).ended).toMatchObject({ reason: 'max-duration' });
  });
});
