import { setTimeout as sleep } from 'node:timers/promises';
import { DataPacket_Kind } from 'livekit-server-sdk';
import type { AgentDispatchClient, RoomServiceClient } from 'livekit-server-sdk';
import { AGENT_NAME, FLOW_START_TOPIC } from './protocol.js';

/** Milliseconds. */
export interface PollingSettings {
  /** Pauses before the API call that creates the dispatch is tried again. */
  retryMs: number[];
  everyMs: number;
  timeoutMs: number;
  /** Between the agent's appearance and the start of the flow. */
  graceMs: number;
}

export const SETTINGS: Record<'polling' | 'polling-old', PollingSettings> = {
  polling: { retryMs: [200, 400, 800], everyMs: 100, timeoutMs: 10_000, graceMs: 300 },
  'polling-old': { retryMs: [], everyMs: 200, timeoutMs: 2_000, graceMs: 0 },
};

interface Clients {
  rooms: RoomServiceClient;
  dispatches: AgentDispatchClient;
}

/**
 * The usual backend, after its room is there: dispatch, poll until the agent is in the room, wait the grace, start the
 * flow by a message. `step` is told each moment; `given up` aborts the polls of a caller who left.
 */
export async function orchestrate(
  { rooms, dispatches }: Clients,
  call: { room: string; metadata: string; settings: PollingSettings },
  step: (name: string) => void,
  left: AbortSignal,
): Promise<void> {
  const { room, metadata, settings } = call;
  await retrying(settings.retryMs, () => dispatches.createDispatch(room, AGENT_NAME, { metadata }));
  step('dispatched');
  const identity = await agentIn(room, rooms, settings, left);
  step('agent seen');
  await sleep(settings.graceMs);
  const message = new TextEncoder().encode('start');
  const options = { destinationIdentities: [identity], topic: FLOW_START_TOPIC };
  await rooms.sendData(room, message, DataPacket_Kind.RELIABLE, options);
  step('flow started');
}

async function retrying(pauses: number[], request: () => Promise<unknown>): Promise<void> {
  for (const pause of [...pauses, undefined]) {
    try {
      await request();
      return;
    } catch (error) {
      if (pause === undefined) throw error;
      await sleep(pause);
    }
  }
}

async function agentIn(
  room: string,
  rooms: RoomServiceClient,
  { everyMs, timeoutMs }: PollingSettings,
  left: AbortSignal,
): Promise<string> {
  const until = Date.now() + timeoutMs;
  while (Date.now() < until && !left.aborted) {
    const participants = await rooms.listParticipants(room).catch(() => []); // a failed poll is followed by another
    const agent = participants.find(({ identity }) => identity.startsWith('agent-')); // as the framework names them
    if (agent) return agent.identity;
    await sleep(everyMs);
  }
  throw new Error(`no agent in the room within ${timeoutMs} ms`);
}
