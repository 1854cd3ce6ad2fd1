import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { scopeOf } from './auth/hook.js';
import { refusals } from './schemas/problem.js';

/** The document is made from the schemas that check each request; what holds for many routes is added here. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'durable-calls', version: '0.1.0', description: 'Every voice call is one durable workflow.' },
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key; not needed while the gateway has none' },
        },
      },
    },
    transform: (input) => {
      const { route } = input;
      return jsonSchemaTransform({ ...input, schema: withCommonAnswers(input.schema, route.config?.access) });
    },
    transformObject: jsonSchemaTransformObject,
  });
}

function withCommonAnswers(schema: FastifySchema, access: Parameters<typeof scopeOf>[0]): FastifySchema {
  const scope = scopeOf(access);
  const response = {
    ...(schema.body !== undefined && refusals(400, 413, 415)),
    ...(scope && refusals(401, 403, 429)),
    ...(schema.response as object | undefined),
    ...refusals(500),
  };
  if (!scope) return { ...schema, response };
  const description = [schema.description, `Needs a key with the scope \`${scope}\`.`].filter(Boolean).join('\n\n');
  return { ...schema, response, description, security: [{ apiKey: [] }] };
}
