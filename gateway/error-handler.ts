import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from '../platform/logger.js';
import { Problem } from './problems.js';

/** What Fastify itself refuses, in our words. */
const FRAMEWORK_ERRORS: Record<string, (error: FastifyError) => Problem> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Problem('body-too-large', 'Send less: variables belong in a store of yours.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new Problem('unsupported-media-type', 'Send application/json.'),
};

export const sendProblem = (reply: FastifyReply, problem: Problem): FastifyReply => {
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds);
  if (problem.statusCode === 401) reply.header('www-authenticate', 'Bearer');
  // Sent as text: the route's response schemas are about its good answers.
  return reply.code(problem.statusCode).type('application/problem+json').send(JSON.stringify(problem));
};

/** Every error leaves as problem details; what we did not expect is logged and says nothing of our insides. */
export function handleErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((error: FastifyError | Problem, request, reply) => {
    const problem = problemOf(error);
    const { method, url } = request;
    if (problem.statusCode >= 500) {
      logger.error(`${method} ${url} failed: ${problem.problem}`, { error: problem.cause ?? error });
    } else logger.debug(`${method} ${url} refused`, { problem: problem.problem, detail: problem.detail });
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, new Problem('not-found', `${request.method} ${request.url.split('?')[0]} is not served.`)),
  );
}

export function problemOf(error: FastifyError | Problem): Problem {
  if (error instanceof Problem) return error;
  const known = error.code === undefined ? undefined : FRAMEWORK_ERRORS[error.code];
  if (known) return known(error);
  if (error.statusCode !== undefined && error.statusCode < 500) return new Problem('unreadable-body', error.message);
  return new Problem('internal', 'The log of the gateway (backend.log) says more.', { cause: error });
}
