import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import { AccessToken, RoomAgentDispatch, RoomConfiguration } from 'livekit-server-sdk';
import { loadEnv } from '../../platform/env.js';
import { callerToken, createDispatchClient, createRoomClient } from '../../platform/livekit.js';
import { serveParent } from '../measure/child.js';
import { greetingText } from '../paths.js';
import type { Contender } from '../types.js';
import { orchestrate, SETTINGS } from './polling.js';
import { AGENT_NAME, serving } from './protocol.js';
import type { JobMetadata } from './protocol.js';

/** The backend of the yardsticks. A call is asked for over HTTP, as in ours; the answer lets the caller into the room. */
interface Ask {
  contender: Exclude<Contender, 'ours'>;
  /** The floor only: its dispatch is one of those that reach nobody. */
  lost?: boolean;
}
interface Call {
  /** Milliseconds since the epoch. */
  steps: { name: string; at: number }[];
  error?: string;
  left: AbortController;
}

const env = loadEnv();
/** Through the proxy, as the requests of our worker are. */
const clients = { rooms: createRoomClient(env), dispatches: createDispatchClient(env) };
/** What is not measured: the end of a call. */
const direct = createRoomClient({ livekit: { ...env.livekit, url: env.livekit.publicUrl } });
const greeting = greetingText();
const metadata = (speak: JobMetadata['speak']) => JSON.stringify({ greeting, speak } satisfies JobMetadata);
const caller = { identity: 'caller', ttlSeconds: 600 };

const calls = new Map<string, Call>();
const app = Fastify();

app.post<{ Body: Ask }>('/calls', async ({ body: { contender, lost } }) => {
  const room = `bench-${randomUUID()}`;
  const call: Call = { steps: [], left: new AbortController() };
  const step = (name: string) => void call.steps.push({ name, at: Date.now() });
  calls.set(room, call);
  const { publicUrl: url } = env.livekit;
  if (contender === 'floor') return { room, url, token: await tokenThatDispatches(room, lost ? 'nobody' : AGENT_NAME) };
  await clients.rooms.createRoom({ name: room, emptyTimeout: 120, departureTimeout: 60 });
  step('room');
  const settings = SETTINGS[contender];
  orchestrate(clients, { room, metadata: metadata('when-told'), settings }, step, call.left.signal).catch(
    (error: unknown) => (call.error = error instanceof Error ? error.message : String(error)),
  );
  return { room, url, token: await callerToken(env, { room, ...caller }) };
});

app.get<{ Params: { room: string } }>('/calls/:room', ({ params: { room } }) => {
  const { steps = [], error } = calls.get(room) ?? {};
  return { steps, error };
});

app.delete<{ Params: { room: string } }>('/calls/:room', async ({ params: { room } }) => {
  calls.get(room)?.left.abort();
  await direct.deleteRoom(room).catch(() => undefined); // gone already
  return { ok: true };
});

/** LiveKit dispatches the agent when this caller's join makes the room. An agent nobody serves is a lost dispatch. */
async function tokenThatDispatches(room: string, agentName: string): Promise<string> {
  const { apiKey, apiSecret } = env.livekit;
  const token = new AccessToken(apiKey, apiSecret, { identity: caller.identity, ttl: caller.ttlSeconds });
  token.addGrant({ room, roomJoin: true, canPublish: true, canPublishData: true, canSubscribe: true });
  const agents = [new RoomAgentDispatch({ agentName, metadata: metadata('at-once') })];
  token.roomConfig = new RoomConfiguration({ agents, emptyTimeout: 120, departureTimeout: 60 });
  return token.toJwt();
}

const parent = serveParent();
parent.listen();
const url = await app.listen({ host: '127.0.0.1', port: 0 });
await parent.sendNotification(serving, { url });
