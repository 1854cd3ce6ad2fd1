import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { transcript } from '../../platform/transcripts.js';
import type { GatewayDeps } from '../app.js';
import { isCallId } from '../call-id.js';
import { Problem } from '../problems.js';
import { refusals } from '../schemas/problem.js';
import { callParams } from '../schemas/requests.js';

export const transcriptRoutes =
  ({ transcripts }: GatewayDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const schema = {
      summary: 'What was said in a call',
      description:
        'All of it, also while the call lasts (within seconds), and for as long as transcripts are kept here.',
      tags: ['calls'],
      params: callParams,
      response: { 200: transcript, ...refusals(404) },
    };
    app.get('/v1/calls/:callId/transcript', { schema, config: { access: 'read' } }, async ({ org, params }) => {
      const { callId } = params;
      const found = isCallId(callId) ? await transcripts?.read(org, callId) : undefined;
      if (found) return found;
      const detail = transcripts
        ? 'There is no transcript of this call: unknown, not begun, or older than it may be.'
        : 'No transcripts are kept here: the gateway and its call workers have no TRANSCRIPTS_DIR.';
      throw new Problem('transcript-not-found', detail);
    });
  };
