import { WebhookReceiver } from 'livekit-server-sdk';
import type { ParticipantInfo, Room } from 'livekit-server-sdk';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { announcer } from '../../../activities/announce.js';
import { arrivalOf } from '../../../gateway/phone/arrival.js';
import { loadEnv } from '../../../platform/env.js';

it('the janitor says what the webhook would have said, signed as LiveKit signs', async () => {
  let received: Promise<unknown> | undefined;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { apiKey, apiSecret } = env.livekit;
      received = new WebhookReceiver(apiKey, apiSecret).receive(
        Buffer.concat(parts).toString(),
        request.headers.authorization,
      );
      response.end();
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const env = loadEnv({ GATEWAY_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });

  const room = { name: 'phone_1_x', metadata: '{"durableCalls":{"namespace":"default","inbound":true}}' };
  const attributes = { 'sip.callID': 'SCL_1', 'sip.ruleID': 'SDR_1', 'sip.h.to': '<sip:+4930100@host>' };
  const phone = { identity: 'sip_1', sid: 'PA_1', kind: 3, attributes };
  await announcer(env)(room as Room, phone as unknown as ParticipantInfo);

  expect(arrivalOf((await received) as never, 'default')).toEqual({
    ...{ sipCallId: 'SCL_1', room: 'phone_1_x', identity: 'sip_1', sid: 'PA_1', called: '+4930100' },
  });
});
