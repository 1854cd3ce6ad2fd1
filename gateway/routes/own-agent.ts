import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { freshAgentToken, verifyAgentToken, type AgentClaims } from '../../platform/agent-token.js';
import type { GatewayDeps } from '../app.js';
import { Problem } from '../problems.js';
import * as schemas from '../schemas/own-agent.js';
import { refusals } from '../schemas/problem.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the token of an own agent is good for. */
    agent: AgentClaims;
    agentToken: string;
  }
}

/** Five messages of agents that somebody else wrote: docs/own-agent.md. Their token is for one attempt of one call. */
export const ownAgentRoutes =
  ({ env, ownAgents, logger }: GatewayDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.decorateRequest('agentToken', '');
    app.addHook('onRequest', async (request) => {
      request.agentToken = bearer(request);
      request.agent = await verifyAgentToken(env, request.agentToken).catch((cause: unknown) => {
        const detail = 'It is forged, expired or for something else: use the token of the job metadata, or the newest.';
        throw new Problem('agent-token-refused', detail, { cause });
      });
    });

    const withToken = async <T extends object>({ agentToken }: FastifyRequest, answer: T) => {
      const token = await freshAgentToken(env, agentToken);
      return { ...answer, ...(token && { token }) };
    };
    const told = async (request: FastifyRequest, wanted: boolean) => {
      if (!wanted) throw notWanted(request.agent);
      return withToken(request, {});
    };
    const route = { tags: ['own agents'] };
    const config = { access: 'own-token' } as const;
    const answers = { 200: schemas.told, ...refusals(400, 401, 409, 413, 415, 422, 500, 503) };

    const accepted = { ...route, summary: 'The job runs; again every 2 s until ready', body: schemas.hello };
    app.post('/v1/agent/accepted', { schema: { ...accepted, response: answers }, config }, async (request) =>
      told(request, await ownAgents.accepted(request.agent, request.body)),
    );

    const ready = {
      ...route,
      summary: 'Everything is loaded: answers when the conversation may begin',
      body: schemas.hello,
      response: {
        ...answers,
        200: schemas.startCommand,
        202: schemas.told.describe('Not yet: send the same again'),
      },
    };
    app.post('/v1/agent/ready', { schema: ready, config }, async (request, reply) => {
      const { agent, body } = request;
      const answer = await ownAgents.ready(agent, body);
      if (answer === 'later') return reply.code(202).send(await withToken(request, {}));
      if ('leave' in answer) throw notWanted(agent, answer.leave);
      logger.info('Own agent told to start', { callId: agent.callId, attempt: agent.attempt, jobId: body.jobId });
      return withToken(request, answer.start);
    });

    const alive = {
      ...route,
      summary: 'Life sign, with what the next agent should know',
      body: schemas.alive,
      response: { ...answers, 200: schemas.goOn },
    };
    app.post('/v1/agent/alive', { schema: alive, config }, async (request) =>
      (await ownAgents.alive(request.agent, request.body))
        ? withToken(request, { go: 'on' as const })
        : { go: 'leave' as const },
    );

    const failed = { ...route, summary: 'The job gives up', body: schemas.failed, response: answers };
    app.post('/v1/agent/failed', { schema: failed, config }, async (request) => {
      const { agent, body } = request;
      logger.warn('Own agent failed', { callId: agent.callId, attempt: agent.attempt, cause: body.error });
      return told(request, await ownAgents.failed(agent, body));
    });

    const done = { ...route, summary: 'The conversation is over', body: schemas.done, response: answers };
    app.post('/v1/agent/done', { schema: done, config }, async (request) =>
      told(request, await ownAgents.done(request.agent, request.body)),
    );
  };

function bearer({ headers }: FastifyRequest): string {
  const [, token] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (token) return token;
  throw new Problem('agent-token-refused', 'Send the token of the job metadata: Authorization: Bearer <token>.');
}

const notWanted = ({ callId, attempt }: AgentClaims, why?: string): Problem =>
  new Problem(
    'attempt-not-wanted',
    `Attempt ${attempt} of call ${callId} is not wanted any more${why ? ` (${why})` : ''}: leave the room.`,
  );
