import { createHash } from 'node:crypto';
import { AccessToken, WebhookEvent } from 'livekit-server-sdk';
import type { ParticipantInfo, Room } from 'livekit-server-sdk';
import { request } from 'undici';
import type { Env } from '../platform/env.js';

const TIMEOUT_MS = 5_000;

/** Tells the gateway what LiveKit's webhook should have told it: this phone rings in this room. */
export type Announce = (room: Room, phone: ParticipantInfo) => Promise<void>;

/** Signed as LiveKit signs: whoever takes its webhooks takes this one. */
export function announcer({ livekit, ownAgent }: Pick<Env, 'livekit' | 'ownAgent'>): Announce {
  return async (room, participant) => {
    const now = Date.now();
    const event = new WebhookEvent({
      room,
      participant,
      id: `EV_janitor_${participant.sid}_${now}`,
      createdAt: BigInt(Math.floor(now / 1_000)),
    });
    event.event = 'participant_joined'; // the SDK's constructor forgets it
    const body = event.toJsonString();
    const token = new AccessToken(livekit.apiKey, livekit.apiSecret, { ttl: '5m' });
    token.sha256 = createHash('sha256').update(body).digest('base64');
    const { statusCode, body: answer } = await request(`${ownAgent.url}/v1/webhooks/livekit`, {
      method: 'POST',
      headers: { 'content-type': 'application/webhook+json', authorization: await token.toJwt() },
      body,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    await answer.dump();
    if (statusCode !== 200) throw new Error(`the gateway at ${ownAgent.url} (GATEWAY_URL) answered ${statusCode}`);
  };
}
