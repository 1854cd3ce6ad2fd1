import { flowHash } from '../callflow/hash.js';
import { checkVariables } from '../callflow/validate.js';
import { OWN_AGENT } from '../contract/index.js';
import type { CallInput, OwnFlow } from '../contract/index.js';
import type { Env } from '../platform/env.js';
import type { Flows } from './flows.js';
import type { FieldError } from './problems.js';
import type { StartCallBody } from './schemas/requests.js';

type Chosen = Pick<CallInput, 'agentName' | 'flow' | 'flowHash' | 'variables'>;
type Choice = { chosen: Chosen } | { errors: FieldError[] };

/** Who holds the conversation and by which flow: ours, checked against what it declares; or an agent of their own. */
export const chooseFlow = (env: Pick<Env, 'agent'>, flows: Flows, body: StartCallBody): Choice =>
  body.agent ? ownAgent(env, body.agent.name, body) : ours(env, flows, body);

const wrong = (pointer: string, detail: string): Choice => ({ errors: [{ in: 'body', pointer, detail }] });

/** What an own agent understands is its own business: flow id and variables are passed on as they came. */
function ownAgent(env: Pick<Env, 'agent'>, agentName: string, { flowId = agentName, variables = {} }: StartCallBody) {
  if (agentName === env.agent.name) return wrong('/agent/name', 'is the agent that runs flows: leave `agent` out');
  const flow: OwnFlow = { schema: OWN_AGENT, id: flowId };
  return { chosen: { agentName, flow, flowHash: flowHash(flow), variables } };
}

function ours({ agent }: Pick<Env, 'agent'>, flows: Flows, { flowId, variables = {} }: StartCallBody): Choice {
  if (flowId === undefined) return wrong('/flowId', 'is missing: name a flow, or an `agent` of your own');
  const loaded = flows.get(flowId);
  if (!loaded) {
    const known = [...flows.keys()].join(', ');
    return wrong('/flowId', `there is no flow "${flowId}"; there are: ${known}`);
  }
  const checked = checkVariables(loaded.flow, variables);
  if (!checked.ok) {
    const fields = checked.errors.map(({ pointer, message }) => ({
      in: 'body' as const,
      pointer: `/variables${pointer}`,
      detail: message,
    }));
    return { errors: fields };
  }
  const { flow, hash: flowHash } = loaded;
  return { chosen: { agentName: agent.name, flow, flowHash, variables: checked.variables } };
}
