import type { Payload } from '@temporalio/common';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { boxOf, EncryptionCodec, EncryptionError } from '../../platform/encryption/index.js';
import type { GatewayDeps } from '../app.js';
import { rejected } from '../problems.js';
import { refusals } from '../schemas/problem.js';

/** Where the Temporal Web UI and its command line send what they want to read. */
export const CODEC_PATH = '/v1/codec';

const base64 = z.base64();

/** A payload as Temporal's JSON has it. Larger than Temporal's own limit none can be. */
const payload = z
  .object({
    metadata: z.record(z.string(), base64).optional().describe('Values in base64'),
    data: base64.optional(),
  })
  .meta({ id: 'Payload' });
const payloads = z.object({ payloads: z.array(payload).max(1_000) });
type Payloads = z.infer<typeof payloads>;

/** Bytes: what one page of the Web UI asks for at once. */
const BODY_LIMIT = 8 * 1024 * 1024;

/** Temporal's remote codec: shows encrypted payloads to those who may see everything. */
export const codecRoutes =
  ({ env }: GatewayDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const codec = new EncryptionCodec(boxOf(env));
    const schema = {
      summary: 'Decrypt payloads of Temporal',
      description: "Temporal's remote codec, for its Web UI and command line: of all organisations.",
      tags: ['codec'],
      body: payloads,
      response: { 200: payloads, ...refusals(422) },
    };
    app.post(
      `${CODEC_PATH}/decode`,
      { schema, config: { access: 'admin' }, bodyLimit: BODY_LIMIT },
      async ({ body }) => {
        try {
          return { payloads: (await codec.decode(body.payloads.map(fromJson))).map(toJson) };
        } catch (error) {
          if (!(error instanceof EncryptionError)) throw error;
          throw rejected([{ in: 'body', pointer: '/payloads', detail: error.message }]);
        }
      },
    );
  };

const fromJson = ({ metadata = {}, data }: Payloads['payloads'][number]): Payload => ({
  metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')])),
  data: Buffer.from(data ?? '', 'base64'),
});

const toJson = ({ metadata, data }: Payload): Payloads['payloads'][number] => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  ),
  data: Buffer.from(data ?? []).toString('base64'),
});
