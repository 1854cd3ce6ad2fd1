import { AccessToken, AgentDispatchClient, RoomServiceClient, SipClient, TrackSource } from 'livekit-server-sdk';
import type { Env } from './env.js';

/** Below every activity's start-to-close, so that an error of LiveKit's is seen as one. Seconds: the SDK's unit. */
const REQUEST_TIMEOUT_SECONDS = 5;

type LiveKitEnv = Pick<Env, 'livekit'>;

/** LiveKit's API speaks HTTP on the port of its WebSocket. */
export const liveKitHttpUrl = (url: string): string => url.replace(/^ws/, 'http');

const clientArguments = ({ livekit }: LiveKitEnv) =>
  [
    liveKitHttpUrl(livekit.url),
    livekit.apiKey,
    livekit.apiSecret,
    { requestTimeout: REQUEST_TIMEOUT_SECONDS },
  ] as const;

export const createRoomClient = (env: LiveKitEnv): RoomServiceClient => new RoomServiceClient(...clientArguments(env));

export const createDispatchClient = (env: LiveKitEnv): AgentDispatchClient =>
  new AgentDispatchClient(...clientArguments(env));

/** Never repeats a request by itself, in another region or here: it would dial, or transfer, a second time. */
export function createSipClient(env: LiveKitEnv): SipClient {
  const [url, key, secret, options] = clientArguments(env);
  return new SipClient(url, key, secret, { ...options, failover: false });
}

export interface CallerTokenOptions {
  room: string;
  identity: string;
  ttlSeconds: number;
  /** What others in the room see. */
  name?: string;
}

/** Lets a caller into one room: speak, listen, keypad. Nothing else, and not for long. */
export function callerToken({ livekit }: LiveKitEnv, options: CallerTokenOptions): Promise<string> {
  const { room, identity, ttlSeconds, name } = options;
  const token = new AccessToken(livekit.apiKey, livekit.apiSecret, { identity, name, ttl: ttlSeconds });
  token.addGrant({
    room,
    roomJoin: true,
    canPublish: true,
    canPublishSources: [TrackSource.MICROPHONE],
    canPublishData: true,
    canSubscribe: true,
  });
  return token.toJwt();
}
