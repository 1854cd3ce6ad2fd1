import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRoomClient } from '../../../platform/livekit.js';
import { type Check, counted, get, seconds, Unwell } from '../check.js';

/** LiveKit sends within milliseconds, and again after 1 s when nobody took it. Milliseconds. */
const WEBHOOK_MS = 8_000;
const LOOK_EVERY_MS = 200;

interface Ready {
  flows?: number;
  /** Since the last webhook that LiveKit signed. */
  webhookAgeMs?: number;
  detail?: string;
}

const START = 'Start the gateway (node dist/gateway/main.js, part of npm start), or name another with --gateway.';

async function ready(url: string): Promise<Ready> {
  const answer = await get(`${url}/readyz`, START);
  const body = (await answer.json().catch(() => ({}))) as Ready;
  if (answer.ok) return body;
  throw new Unwell(
    `${url} answers ${answer.status}: ${body.detail ?? 'not ready'}`,
    'Is this the gateway? Look into backend.log.',
  );
}

export const gateway: Check = {
  id: 'gateway',
  async look({ gatewayUrl }) {
    const { flows = 0 } = await ready(gatewayUrl);
    if (flows === 0) throw new Unwell(`${gatewayUrl} has no flows`, 'Put flow files into FLOWS_DIR.');
    return `${gatewayUrl}, ${counted(flows, 'flow')}`;
  },
};

/** A room is made and deleted: LiveKit must tell the gateway of it. */
export const webhooks: Check = {
  id: 'webhooks',
  needs: ['gateway', 'livekit'],
  async look({ env, gatewayUrl }) {
    const rooms = createRoomClient(env);
    const name = `doctor-${randomUUID()}`;
    const began = performance.now();
    await rooms.createRoom({ name, emptyTimeout: 10 });
    await rooms.deleteRoom(name);
    while (performance.now() - began < WEBHOOK_MS) {
      // Behind a load balancer another gateway may answer than the one that was told: each answer speaks for itself.
      const { webhookAgeMs = Infinity } = await ready(gatewayUrl);
      const took = performance.now() - began;
      if (webhookAgeMs < took) return `LiveKit's webhooks arrive (seen within ${seconds(took)})`;
      await sleep(LOOK_EVERY_MS);
    }
    throw new Unwell(
      `no webhook of LiveKit came to ${gatewayUrl} within ${seconds(WEBHOOK_MS)} of a room`,
      `Calls do without, but learn late that a caller left. In LiveKit's configuration: webhook: {api_key: ${env.livekit.apiKey}, ` +
        "urls: [<gateway>/v1/webhooks/livekit]}. Refused ones are counted in the gateway's /metrics: clocks, or another secret.",
    );
  },
};
