import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { WebhookReceiver, type WebhookEvent } from 'livekit-server-sdk';
import { z } from 'zod';
import type { GatewayDeps } from '../app.js';
import type { Metrics } from '../metrics/metrics.js';
import { answerPhone } from '../phone/inbound.js';
import { Problem } from '../problems.js';
import { callRoomEvent } from '../room-events.js';
import { refusals } from '../schemas/problem.js';

/** LiveKit gives up on an event after 30 s in its queue; its signatures are good for 5 minutes. Milliseconds. */
const MAX_AGE_MS = 5 * 60_000;
const REMEMBERED = 10_000;

/** What LiveKit says of our rooms, told to the calls. It comes late, twice or never: calls do not depend on it. */
export const webhookRoutes =
  (deps: GatewayDeps, metrics: Metrics): FastifyPluginAsyncZod =>
  async (app) => {
    const { env, calls, logger } = deps;
    const receiver = new WebhookReceiver(env.livekit.apiKey, env.livekit.apiSecret);
    const seen = new Seen();

    // The signature is over the bytes, so the body stays as it came.
    app.addContentTypeParser('application/webhook+json', { parseAs: 'string' }, (_request, body, done) => {
      done(null, body);
    });

    const schema = {
      summary: "LiveKit's webhooks",
      description:
        'Signed by LiveKit (`Authorization`), with the hash of the body; content type application/webhook+json.',
      tags: ['webhooks'],
      consumes: ['application/webhook+json'],
      body: z.string(),
      response: { 200: z.object({ received: z.boolean() }), ...refusals(400, 401, 503) },
    };
    app.post('/v1/webhooks/livekit', { schema, config: { access: 'own-token' } }, async (request) => {
      const webhook = await receive(receiver, request.body, request.headers.authorization).catch((error: unknown) => {
        metrics.countRefusedWebhook();
        throw error;
      });
      metrics.countWebhook(webhook.event);
      if (seen.has(webhook.id)) return { received: true };
      const told = callRoomEvent(webhook, env.temporal.namespace);
      if (told) {
        // Temporal takes a signal within milliseconds. When it does not, LiveKit delivers again after the 503.
        const known = await calls.roomEvent(told.callId, told.event);
        logger.debug(`LiveKit webhook ${webhook.event}`, { callId: told.callId, event: webhook.id, known });
      }
      await answerPhone(deps, webhook);
      seen.add(webhook.id);
      return { received: true };
    });
  };

async function receive(receiver: WebhookReceiver, body: string, authorization?: string): Promise<WebhookEvent> {
  let webhook: WebhookEvent;
  try {
    webhook = await receiver.receive(body, authorization);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new Problem('unreadable-body', 'The body is not JSON.');
    throw new Problem('webhook-refused', 'The signature, its age or the hash of the body does not fit.', { cause });
  }
  const age = Math.abs(Date.now() - Number(webhook.createdAt) * 1_000);
  if (age > MAX_AGE_MS) throw new Problem('webhook-refused', 'The event is too old.');
  return webhook;
}

/** Ids of events that have been passed on. In memory: the calls themselves take a repeated event without harm. */
class Seen {
  private readonly ids = new Set<string>();

  has = (id: string): boolean => this.ids.has(id);

  add(id: string): void {
    if (id === '') return;
    this.ids.add(id);
    const [oldest] = this.ids;
    if (this.ids.size > REMEMBERED && oldest !== undefined) this.ids.delete(oldest);
  }
}
