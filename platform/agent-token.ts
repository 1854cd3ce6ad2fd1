import { createHmac } from 'node:crypto';
import { decodeJwt, jwtVerify, SignJWT } from 'jose';
import type { Env } from './env.js';

/** What a token is good for: one attempt of one call. */
export interface AgentClaims {
  callId: string;
  attempt: number;
}

export type AgentTokenEnv = Pick<Env, 'ownAgent' | 'livekit'>;

const AUDIENCE = 'durable-calls/own-agent/v1';
const ALGORITHM = 'HS256';
/** Life signs come every few seconds and bring a new token in time. Seconds. */
const LIFETIME_S = 600;

/** Unless a secret is named, one that follows from LiveKit's: whoever has that may be in every room anyway. */
const keyOf = ({ ownAgent, livekit }: AgentTokenEnv): Uint8Array =>
  ownAgent.tokenSecret === undefined
    ? createHmac('sha256', livekit.apiSecret).update(AUDIENCE).digest()
    : new TextEncoder().encode(ownAgent.tokenSecret);

export const mintAgentToken = (env: AgentTokenEnv, { callId, attempt }: AgentClaims, lifetimeS = LIFETIME_S) =>
  new SignJWT({ attempt })
    .setProtectedHeader({ alg: ALGORITHM })
    .setSubject(callId)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1_000) + lifetimeS)
    .sign(keyOf(env));

/** @throws when it is forged, expired or of another kind */
export async function verifyAgentToken(env: AgentTokenEnv, token: string): Promise<AgentClaims> {
  const { payload } = await jwtVerify(token, keyOf(env), { audience: AUDIENCE, algorithms: [ALGORITHM] });
  const { sub, attempt } = payload;
  if (!sub || typeof attempt !== 'number') throw new Error('the token names no call and attempt');
  return { callId: sub, attempt };
}

/** The successor of a valid token that has used up half of its time; undefined before. */
export async function freshAgentToken(env: AgentTokenEnv, token: string): Promise<string | undefined> {
  const { sub = '', attempt, exp = 0 } = decodeJwt<{ attempt: number }>(token);
  const half = exp - Date.now() / 1_000 < LIFETIME_S / 2;
  return half ? mintAgentToken(env, { callId: sub, attempt }) : undefined;
}
