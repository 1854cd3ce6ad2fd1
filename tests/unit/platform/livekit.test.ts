import { TokenVerifier } from 'livekit-server-sdk';
import { describe, expect, it } from 'vitest';
import { loadEnv } from '../../../platform/env.js';
import { callerToken, liveKitHttpUrl } from '../../../platform/livekit.js';

const env = loadEnv({});

describe('callerToken', () => {
  it('opens one room for one caller, to speak and listen, for a short time', async () => {
    const token = await callerToken(env, { room: 'call-1', identity: 'caller', ttlSeconds: 60, name: 'Web caller' });
    const claims = await new TokenVerifier(env.livekit.apiKey, env.livekit.apiSecret).verify(token);
    expect(claims.sub).toBe('caller');
    expect(claims.name).toBe('Web caller');
    expect(claims.exp! - claims.nbf!).toBe(60);
    expect(claims.video).toEqual({
      room: 'call-1',
      roomJoin: true,
      canPublish: true,
      canPublishSources: ['microphone'],
      canPublishData: true,
      canSubscribe: true,
    });
  });
});

describe('liveKitHttpUrl', () => {
  it.each([
    ['ws://127.0.0.1:7880', 'http://127.0.0.1:7880'],
    ['wss://calls.example', 'https://calls.example'],
    ['https://calls.example', 'https://calls.example'],
  ])('%s is reached at %s', (url, expected) => {
    expect(liveKitHttpUrl(url)).toBe(expected);
  });
});
