import type { Client } from '@temporalio/client';
import type { AgentDispatchClient, RoomServiceClient, SipClient } from 'livekit-server-sdk';
import { announcer } from './announce.js';
import type { Logger } from '../platform/logger.js';
import type { Follow } from './call-events/follow.js';
import { compareActivities } from './compare-calls.js';
import { dialActivities } from './dial.js';
import { dispatchActivities } from './dispatch.js';
import { httpActivities } from './http.js';
import type { HttpOptions } from './http.js';
import { ownAgentActivities } from './own-agent.js';
import type { JobEnv } from './own-agent.js';
import { reconcileActivities } from './reconcile.js';
import { remoteActivities } from './remote.js';
import { roomActivities } from './rooms.js';
import { transferActivities } from './transfer.js';
import type { CallActivities, HttpActivities, PhoneActivities, RemoteActivities } from './types.js';

export interface ActivityDeps {
  client: Client;
  rooms: RoomServiceClient;
  dispatches: AgentDispatchClient;
  sip: SipClient;
  /** Temporal namespace, written into each room. */
  namespace: string;
  logger: Logger;
  /** What agents of others are told: where to report, and with which token. */
  env: JobEnv;
  /** Default: flows reach public hosts only. */
  http?: HttpOptions;
  /** Default: nobody wants to know of calls. */
  follow?: Follow;
  /** LiveKit's outbound trunk, if one is named, and where callers may be transferred to. */
  phone: { trunkId: string | undefined; allow: readonly string[] };
}

/** Everything the `calls` queue serves besides the workflow itself. */
export const createActivities = (
  deps: ActivityDeps,
): CallActivities & HttpActivities & RemoteActivities & PhoneActivities => ({
  ...roomActivities(deps),
  ...dispatchActivities(deps),
  ...ownAgentActivities,
  ...reconcileActivities({ ...deps, announce: announcer(deps.env) }),
  ...compareActivities(deps),
  ...httpActivities(deps.http),
  ...remoteActivities(deps),
  ...dialActivities(deps),
  ...transferActivities(deps),
});
