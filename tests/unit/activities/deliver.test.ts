import type { LookupAddress } from 'node:dns';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliverActivity } from '../../../activities/call-events/deliver.js';
import { PublicInternet } from '../../../callflow/outgoing/public-internet.js';
import type { CallEvent } from '../../../contract/index.js';
import { startReceiver, WEBHOOK_SECRET, type Receiver } from '../../support/webhook-receiver.js';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());

const event: CallEvent = {
  ...{ id: 'c1.s0', type: 'call.stage', at: 1_000 },
  data: { callId: 'c1', org: 'acme', flowId: 'greeting', direction: 'web' },
};

/** A name that leads inside, whatever the file with the endpoints was checked for when it was read. */
const leadsInside = ((_name: string, _options: object, found: (error: null, all: LookupAddress[]) => void) =>
  found(null, [{ address: '127.0.0.1', family: 4 }])) as unknown as ConstructorParameters<typeof PublicInternet>[1];

function deliver(url: string, allowHosts: string[] = []) {
  const endpoint = { id: 'e1', url, secrets: [WEBHOOK_SECRET], events: ['call.stage'] };
  const { deliverEvent } = deliverActivity({
    endpoints: { of: () => [endpoint], close: () => undefined },
    internet: new PublicInternet(allowHosts, leadsInside),
    timeoutMs: 5_000,
  });
  return new MockActivityEnvironment().run(deliverEvent, { org: 'acme', endpoint: 'e1', event });
}

it('an event goes to a host inside our network only when that is allowed', async () => {
  const port = receiver.host.split(':')[1];
  for (const host of [receiver.host, `hooks.example:${port}`, `[::1]:${port}`, `2130706433:${port}`]) {
    const error = await deliver(`http://${host}/hooks`).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApplicationFailure);
    expect(error).toMatchObject({ nonRetryable: true, message: expect.stringContaining('private') });
  }
  expect([receiver.received, receiver.forged]).toEqual([[], 0]);
  expect(await deliver(receiver.url, [receiver.host])).toEqual({ attempt: 1, httpStatus: 204 });
});
