import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { pointer, Problem, rejected, type FieldError } from './problems.js';

const PARTS: Record<string, FieldError['in']> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
  headers: 'header',
};

/** Names every field that does not fit; the type provider's own compiler leaves out which of several unknown ones. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data: unknown) => {
    const part = PARTS[httpPart ?? 'body'] ?? 'body';
    const parsed = schema.safeParse(data ?? undefined);
    if (parsed.success) return { value: parsed.data };
    if (part === 'body' && data === null) {
      return { error: new Problem('unreadable-body', 'The body is empty: send a JSON object as application/json.') };
    }
    return { error: rejected(fieldErrors(part, parsed.error.issues)) };
  };

export const fieldErrors = (part: FieldError['in'], issues: z.core.$ZodIssue[]): FieldError[] =>
  issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ in: part, pointer: pointer(...issue.path, key), detail: 'is not a known field' }))
      : [{ in: part, pointer: pointer(...issue.path), detail: issue.message }],
  );
