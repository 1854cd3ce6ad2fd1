import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { CallInput } from '../../contract/index.js';
import { CALLER_IDENTITY } from '../../contract/index.js';
import { callerToken } from '../../platform/livekit.js';
import { admit } from '../admission.js';
import type { GatewayDeps } from '../app.js';
import { newCallId, requestHash } from '../call-id.js';
import type { Started } from '../calls/port.js';
import { destinationErrors } from '../destinations.js';
import { limitsOf } from '../limits.js';
import { linksOf } from '../links.js';
import { rejected } from '../problems.js';
import { callView } from '../schemas/call.js';
import { refusals } from '../schemas/problem.js';
import { traced } from '../trace.js';
import * as schemas from '../schemas/requests.js';

/** The longest wait, so that proxies with their usual minute let the answer through. Milliseconds. */
const MAX_WAIT_MS = 45_000;
/** Beyond the call's own set-up time: the call itself says first that it took too long. Milliseconds. */
const WAIT_MARGIN_MS = 2_000;
/** Beyond the time that the caller has to join. Seconds. */
const TOKEN_MARGIN_SECONDS = 60;

export const callRoutes =
  ({ env, calls, flows, keys, logger, tracing }: GatewayDeps, stopping: AbortSignal): FastifyPluginAsyncZod =>
  async (app) => {
    const start = {
      summary: 'Start a call',
      tags: ['calls'],
      body: schemas.startCallBody,
      querystring: schemas.startCallQuery,
      headers: schemas.idempotencyHeaders,
      response: {
        201: schemas.startedCall.describe('The call; also for a repeated request with the same key and body'),
        202: schemas.startedCall.describe('The call, not ready yet: the wait ran out'),
        ...refusals(400, 422, 503),
      },
    };
    app.post('/v1/calls', { schema: start, config: { access: 'call' } }, async (request, reply) => {
      const { body, org, key: apiKey } = request;
      const { wait } = request.query;
      const key = request.headers['idempotency-key'];
      const callId = newCallId(org, key);
      const input = admit(env, flows, { body, wait, callId, org });
      const limits = limitsOf(org, env, keys, input.direction);
      const queueMs = limits && body.queueMs;
      const began = performance.now();
      const start = (trace: { traceparent?: string }) =>
        calls.start({
          input: { ...input, ...trace },
          requestHash: requestHash(body),
          keyed: key !== undefined,
          stopping,
          ...(wait === 'ready' && {
            waitReadyMs: Math.min((queueMs ?? 0) + input.policy.setupMs + WAIT_MARGIN_MS, MAX_WAIT_MS),
          }),
          ...(wait === 'started' && { waitStartedMs: waitStartedMs(input, queueMs) }),
          ...(limits && { limits }),
          ...(queueMs !== undefined && { queueMs }),
        });
      const started = await traced(tracing, request, start);
      logger.info('Call admitted', {
        ...logged(input),
        ...(apiKey && { keyId: apiKey.id }),
        stage: started.stage,
        ms: Math.round(performance.now() - began),
      });
      const { namespace, uiUrl } = env.temporal;
      const links = linksOf(callId, { namespace, uiUrl });
      reply.code(started.timedOut ? 202 : 201).header('location', links.self);
      return { callId, room: input.room, links, ...(await answer(input, started, queueMs)) };
    });

    const answer = async (input: CallInput, { status, stage, ended }: Started, queueMs = 0) => {
      if (status === 'ended' || ended) return { status, stage, ...(ended && { ended }) };
      const { room, policy, direction, startAt } = input;
      if (direction !== 'web') return { status, stage }; // the caller comes by phone
      const aheadMs = Math.max(0, (startAt ?? 0) - Date.now());
      const ttlMs = aheadMs + queueMs + policy.setupMs + policy.callerMs;
      const ttlSeconds = Math.ceil(ttlMs / 1_000) + TOKEN_MARGIN_SECONDS;
      const token = await callerToken(env, { room, identity: CALLER_IDENTITY, ttlSeconds });
      return { status, stage, livekit: { url: env.livekit.publicUrl, token } };
    };

    const list = {
      summary: 'Calls, running ones first',
      tags: ['calls'],
      querystring: schemas.listQuery,
      response: { 200: schemas.callList, ...refusals(422, 503) },
    };
    app.get('/v1/calls', { schema: list, config: { access: 'read' } }, ({ org, query }) => calls.list(org, query));

    const one = {
      summary: 'One call',
      description: 'The header `Link` leads to its events and, as `temporal`, to the call in the Temporal Web UI.',
      tags: ['calls'],
      params: schemas.callParams,
      response: { 200: callView, ...refusals(404, 503) },
    };
    app.get('/v1/calls/:callId', { schema: one, config: { access: 'read' } }, async ({ org, params }, reply) => {
      const view = await calls.view(org, params.callId);
      const { namespace, uiUrl } = env.temporal;
      const { events, temporal } = linksOf(view.callId, { namespace, uiUrl });
      // In a header, since the view is what the workflow itself says.
      reply.header('link', `<${events}>; rel="events", <${temporal}>; rel="temporal"`);
      return view;
    });

    const hangup = {
      summary: 'Hang up',
      description: 'At any stage. The room is deleted first, so the caller hears nothing more.',
      tags: ['calls'],
      params: schemas.callParams,
      body: schemas.hangupBody,
      response: { 202: schemas.accepted, ...refusals(400, 404, 409, 422, 503) },
    };
    app.post(
      '/v1/calls/:callId/hangup',
      { schema: hangup, config: { access: 'call' } },
      async ({ org, params, body }, reply) => {
        await calls.hangup(org, params.callId, body.reason);
        logger.info('Hangup asked for', { callId: params.callId, org });
        reply.code(202);
        return { callId: params.callId };
      },
    );

    const transfer = {
      summary: 'Transfer the caller',
      description:
        'Of a phone call in conversation: hands the caller over to somebody else (SIP REFER). The conversation goes on ' +
        "until that is done, and if it fails. The call's timeline has the outcome.",
      tags: ['calls'],
      params: schemas.callParams,
      body: schemas.transferBody,
      response: { 202: schemas.accepted, ...refusals(404, 409, 422, 503) },
    };
    app.post(
      '/v1/calls/:callId/transfer',
      { schema: transfer, config: { access: 'call' } },
      async ({ org, params, body }, reply) => {
        const errors = destinationErrors(env, body.to, '/to');
        if (errors.length > 0) throw rejected(errors);
        await calls.transfer(org, params.callId, body.to);
        logger.info('Transfer asked for', { callId: params.callId, org });
        reply.code(202);
        return { callId: params.callId };
      },
    );
  };

/** An agent is waited for as with `ready`; then the phone rings. */
const waitStartedMs = ({ policy }: CallInput, queueMs = 0): number =>
  Math.min(queueMs + policy.setupMs + policy.dialMs + WAIT_MARGIN_MS, MAX_WAIT_MS);

const logged = ({ callId, org, room, flow, direction }: CallInput) => ({
  callId,
  org,
  room,
  flowId: flow.id,
  direction,
});
