import type { Client } from '@temporalio/client';
import type { DeliveryPolicy } from '../../contract/index.js';
import type { Transcripts } from '../../platform/transcripts.js';
import type { Endpoints } from '../../platform/webhook-endpoints.js';
import { PublicInternet } from '../../callflow/outgoing/public-internet.js';
import type { CallEventActivities } from '../types.js';
import { deliverActivity } from './deliver.js';
import { keeper } from './keep.js';
import { callReader } from './read-call.js';
import { watchActivity } from './watch.js';

export interface CallEventDeps {
  client: Client;
  /** Undefined: events are sent to nobody. */
  endpoints?: Endpoints | undefined;
  /** Undefined: what is said is not kept. */
  transcripts?: Transcripts | undefined;
  policy: DeliveryPolicy;
  /** Hosts inside our network that events may be sent to. */
  allowHosts: readonly string[];
}

const NO_ENDPOINTS: Endpoints = { of: () => [], close: () => undefined };

/** Everything the `call-events` queue serves. */
export function createCallEventActivities(deps: CallEventDeps): CallEventActivities {
  const { client, endpoints = NO_ENDPOINTS, transcripts, policy, allowHosts } = deps;
  const internet = new PublicInternet(allowHosts);
  return {
    async endpointsOf({ org }) {
      return { endpoints: endpoints.of(org).map(({ id, events }) => ({ id, events })), policy };
    },
    ...watchActivity({ read: callReader(client), ...(transcripts && { keeper: () => keeper(transcripts) }) }),
    ...deliverActivity({ endpoints, internet, timeoutMs: policy.timeoutMs }),
  };
}
