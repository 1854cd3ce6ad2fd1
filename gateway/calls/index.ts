import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { knownToTemporal, type KnownToTemporal } from '../../calls/attributes.js';
import { callWorkflowId, hasReached, MESSAGES } from '../../contract/index.js';
import type { Hangup, RoomEvent, TransferRequest } from '../../contract/index.js';
import type { Env } from '../../platform/env.js';
import { isCallId } from '../call-id.js';
import { Problem } from '../problems.js';
import { AgentPlaces } from './agent-places.js';
import { follow } from './follow.js';
import { countActive, endedSince } from './census.js';
import { deliveryReader } from './deliveries.js';
import { listCalls } from './list.js';
import { Places } from './places.js';
import type { Calls } from './port.js';
import { refuseLate, startCall, startOnce } from './start.js';
import { ask, describe } from './temporal.js';
import { viewReader } from './view.js';

/**
 * Calls as Temporal has them.
 *
 * @param followed whether what happens in calls of this organisation is told the outside, or kept
 */
export function createCalls(
  client: Client,
  { temporal, reconcile, gateway }: Pick<Env, 'temporal' | 'reconcile' | 'gateway'>,
  followed: (org: string) => boolean = () => false,
): Calls {
  const places = new Places(client, reconcile.everyMs, new AgentPlaces(gateway.agentHealthUrls));
  const readView = viewReader(client);
  const readDeliveries = deliveryReader(client);
  const notFound = (callId: string) => new Problem('call-not-found', `There is no call ${callId.slice(0, 64)}.`);

  /** What Temporal knows of a call of this organisation. @throws Problem call-not-found */
  const known = async (org: string, callId: string): Promise<KnownToTemporal> => {
    const description = isCallId(callId) ? await describe(client, callId) : undefined;
    const call = description && knownToTemporal(description);
    if (call?.org !== org) throw notFound(callId);
    return call;
  };

  /** False: the call is not there, or not any more. */
  const signal = async (
    callId: string,
    name: string,
    message: Hangup | RoomEvent | TransferRequest,
  ): Promise<boolean> => {
    try {
      await ask(client, () => client.workflow.getHandle(callWorkflowId(callId)).signal(name, message));
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };

  /** Also while it cleans up: the end of its room is then its own doing, and not worth an event in its history. */
  const isOver = async (callId: string): Promise<boolean> => {
    const description = await describe(client, callId);
    const known = description && knownToTemporal(description);
    return !known || known.status === 'ended' || hasReached(known.stage, 'cleanup');
  };

  return {
    async start(call) {
      await refuseLate(client, call);
      const placed = await places.take(call);
      if (followed(placed.input.org)) await follow(client, placed.input);
      return startCall(client, placed);
    },

    async startInbound(call) {
      const placed = await places.take({ ...call, requestHash: '', keyed: true });
      if (followed(placed.input.org)) await follow(client, placed.input);
      return startOnce(client, placed);
    },

    async view(org, callId) {
      const view = isCallId(callId) ? await readView(callId) : undefined;
      if (view?.org !== org) throw notFound(callId);
      return view;
    },

    async deliveries(org, callId) {
      const description = isCallId(callId) ? await describe(client, callId) : undefined;
      if (!description || knownToTemporal(description).org !== org) throw notFound(callId);
      return readDeliveries(callId);
    },

    list: (org, query) => listCalls(client, temporal.uiUrl, org, query),

    async transfer(org, callId, phone) {
      const { status, stage, direction } = await known(org, callId);
      if (status === 'ended') throw new Problem('call-ended', `Call ${callId} has ended.`);
      if (direction === 'web' || stage !== 'flow') throw notTransferable(callId, direction, stage);
      if (!(await signal(callId, MESSAGES.transfer, { phone })))
        throw new Problem('call-ended', `Call ${callId} has ended.`);
    },

    async hangup(org, callId, reason) {
      const { status } = await known(org, callId);
      const running = status === 'active';
      const told = running && (await signal(callId, MESSAGES.hangup, { by: 'api', ...(reason && { reason }) }));
      if (!told) throw new Problem('call-ended', `Call ${callId} has ended: there is nothing to hang up.`);
    },

    async roomEvent(callId, event) {
      if (!isCallId(callId)) return false;
      if (event.kind === 'room-finished' && (await isOver(callId))) return true;
      return signal(callId, MESSAGES.roomEvent, event);
    },

    countActive: () => countActive(client),
    endedSince: (since, known, unreadable) => endedSince(client, since, known, unreadable),

    async ready() {
      const { namespace } = client.workflow.options;
      await ask(client, () => client.workflowService.describeNamespace({ namespace }), 2_000);
    },
  };
}

const notTransferable = (callId: string, direction: string, stage: string): Problem =>
  new Problem(
    'not-transferable',
    direction === 'web'
      ? `Call ${callId} is a web call: only phone calls can be transferred.`
      : `Call ${callId} is at ${stage}: it can be transferred while its flow runs.`,
  );
