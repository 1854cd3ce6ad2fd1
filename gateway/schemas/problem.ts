import { z } from 'zod';
import { PROBLEMS, problemType, type ProblemName } from '../problems.js';

const problem = z
  .object({
    type: z.enum(Object.keys(PROBLEMS).map((name) => problemType(name as ProblemName)) as [string, ...string[]]),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    errors: z
      .array(z.object({ in: z.enum(['body', 'query', 'path', 'header']), pointer: z.string(), detail: z.string() }))
      .optional(),
  })
  .meta({ id: 'Problem' });

/** An answer that is not the hoped-for one. */
const answer = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problem } },
});

const ANSWERS = {
  400: answer('The body cannot be read'),
  401: answer('No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token'),
  403: answer('The key does not allow this'),
  404: answer('There is no such thing'),
  409: answer('The call has ended, or does not want this attempt any more'),
  413: answer('The body is too large'),
  415: answer('The body is of a kind that is not read here'),
  422: answer('Something does not fit; `errors` names every field'),
  429: answer('Too many requests of this key; when a call is started, also: as many calls as may be are on'),
  500: answer('Something went wrong here: the log of the gateway says more'),
  503: answer('Temporal does not answer. A call may have started: the same Idempotency-Key settles it'),
};

/** The responses of a route that are problems. */
export const refusals = <const S extends keyof typeof ANSWERS>(...statuses: S[]): Pick<typeof ANSWERS, S> =>
  Object.fromEntries(statuses.map((status) => [status, ANSWERS[status]])) as Pick<typeof ANSWERS, S>;
