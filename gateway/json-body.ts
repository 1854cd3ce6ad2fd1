import type { FastifyInstance } from 'fastify';
import { rejected } from './problems.js';

/** What reads a body goes down into it call by call, so that a very deep one would overflow the stack. Levels. */
const MAX_DEPTH = 64;

/** JSON only: a foreign page cannot send that without asking first (CORS). An empty body is none. */
export function readJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['text/plain', 'application/json']);
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, null);
    void parse(request, body, (error, value: unknown) => {
      if (error || !isTooDeep(value)) return done(error, value);
      done(rejected([{ in: 'body', pointer: '', detail: `is nested more than ${MAX_DEPTH} levels deep` }]));
    });
  });
}

/** Level by level, not by recursion. */
function isTooDeep(body: unknown): boolean {
  let level = [body].filter(isNest);
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
    level = level.flatMap((nest): unknown[] => Object.values(nest)).filter(isNest);
  }
  return level.length > 0;
}

const isNest = (value: unknown): value is object => typeof value === 'object' && value !== null;
