import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { mermaid } from '../../callflow/graph.js';
import { simulateLines } from '../../callflow/simulate.js';
import { hint } from '../../callflow/simulated-line.js';
import { checkVariables, validateFlow, type FlowError, type ValidateOptions } from '../../callflow/validate.js';
import { isRemoteFlow } from '../../contract/index.js';
import type { Flow } from '../../contract/index.js';
import type { GatewayDeps } from '../app.js';
import type { Flows } from '../flows.js';
import { rejected, type FieldError } from '../problems.js';
import { json } from '../schemas/call.js';
import { refusals } from '../schemas/problem.js';

const DESCRIPTION = `Plays a flow as text, without a call: the same interpreter that calls run. Give \`flowId\`, or a whole
\`flow\`. Each line answers one question of the flow's: what the caller says, "" for silence, or what an http request,
a transfer or a language model gives. When the lines run out first, \`waiting\` says for what.`;

const oneFlow = {
  flowId: z.string().min(1).max(64).optional(),
  flow: z.unknown().optional().describe('A flow, callflow/v1'),
};

const graphBody = z.strictObject(oneFlow).meta({ id: 'Graph' });

const simulateBody = z
  .strictObject({
    ...oneFlow,
    variables: z.record(z.string(), json).optional(),
    lines: z.array(z.string().max(2_000)).max(200).default([]),
  })
  .meta({ id: 'Simulate' });

const simulated = z.object({
  transcript: z.array(z.object({ node: z.string(), who: z.enum(['agent', 'caller', 'flow']), text: z.string() })),
  variables: z.record(z.string(), json),
  end: z.object({ reason: z.string(), outcome: z.string(), detail: z.string().optional() }).optional(),
  waiting: z.object({ node: z.string(), kind: z.string(), hint: z.string() }).optional(),
});

export const simulateRoutes =
  ({ env, flows }: GatewayDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const schema = {
      summary: 'Play a flow as text',
      description: DESCRIPTION,
      tags: ['flows'],
      body: simulateBody,
      response: { 200: simulated, ...refusals(400, 422) },
    };
    app.post('/v1/flows/simulate', { schema, config: { access: 'read' } }, async ({ body }) => {
      const flow = chosenFlow(flows, body, env.http);
      const checked = checkVariables(flow, body.variables ?? {});
      if (!checked.ok) throw rejected(within('/variables', checked.errors));
      const { transcript, state, end, waiting } = await simulateLines(flow, checked.variables, body.lines);
      return {
        transcript,
        variables: state.vars,
        ...(end && { end: { reason: end.reason, outcome: end.outcome, ...(end.detail && { detail: end.detail }) } }),
        ...(waiting && { waiting: { node: waiting.node, kind: waiting.kind, hint: hint(waiting) } }),
      };
    });

    const drawn = {
      summary: 'Draw a flow',
      description: 'As a Mermaid flowchart. Give `flowId`, or a whole `flow`.',
      tags: ['flows'],
      body: graphBody,
      response: { 200: z.object({ id: z.string(), mermaid: z.string() }), ...refusals(400, 422) },
    };
    app.post('/v1/flows/graph', { schema: drawn, config: { access: 'read' } }, ({ body }) => {
      const flow = chosenFlow(flows, body, env.http);
      return { id: flow.id, mermaid: mermaid(flow) };
    });
  };

function chosenFlow(flows: Flows, { flowId, flow }: z.infer<typeof graphBody>, options: ValidateOptions): Flow {
  const refuse = (pointer: string, detail: string) => rejected([{ in: 'body', pointer, detail }]);
  if ((flowId === undefined) === (flow === undefined)) throw refuse('', 'give either flowId or flow');
  if (flowId !== undefined) {
    const flow = flows.get(flowId)?.flow;
    if (flow && isRemoteFlow(flow))
      throw refuse('/flowId', `"${flowId}" is a remote flow: its backend answers, so it can only be called`);
    if (flow) return flow;
    throw refuse('/flowId', `there is no flow "${flowId}"; there are: ${[...flows.keys()].join(', ')}`);
  }
  const checked = validateFlow(flow, options);
  if (!checked.ok) throw rejected(within('/flow', checked.errors));
  return checked.flow;
}

const within = (prefix: string, errors: FlowError[]): FieldError[] =>
  errors.map(({ pointer, message }) => ({ in: 'body', pointer: `${prefix}${pointer}`, detail: message }));
