import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { completePolicy, DEFAULT_AGENT_NAME, DEFAULT_POLICY, MAX_DIAL_MS } from '../../../contract/index.js';
import { ConfigError, ENV_VARIABLES, loadEnv } from '../../../platform/env.js';
import { script } from '../../support/script.js';

const problemsOf = (source: Record<string, string>): string[] => {
  try {
    loadEnv(source);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message.split('\n').slice(1);
  }
  return [];
};

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('loadEnv', () => {
  it('has defaults for one machine', () => {
    const env = loadEnv({});
    expect(env.temporal).toEqual({
      address: '127.0.0.1:7233',
      namespace: 'default',
      uiUrl: 'http://127.0.0.1:8233',
    });
    expect(env.livekit).toMatchObject({ url: 'ws://127.0.0.1:7880', publicUrl: 'ws://127.0.0.1:7880' });
    expect(env.agent).toMatchObject({ name: DEFAULT_AGENT_NAME, maxJobs: 20, warmProcesses: 12, hostId: undefined });
    expect(env.gateway.corsOrigins).toEqual([]);
    expect(env.testReadyMs).toBe(15_000);
  });

  it('derives addresses from ports, and the warm pool from the capacity', () => {
    const env = loadEnv({ TEMPORAL_PORT: '1', TEMPORAL_UI_PORT: '2', LIVEKIT_PORT: '3', MAX_CONCURRENT_JOBS: '4' });
    expect(env.temporal).toMatchObject({ address: '127.0.0.1:1', uiUrl: 'http://127.0.0.1:2' });
    expect(env.livekit.publicUrl).toBe('ws://127.0.0.1:3');
    expect(env.agent.warmProcesses).toBe(4);
  });

  it('gives browsers their own LiveKit address', () => {
    const env = loadEnv({ LIVEKIT_URL: 'ws://livekit:7880', LIVEKIT_PUBLIC_URL: 'wss://calls.example' });
    expect(env.livekit).toMatchObject({ url: 'ws://livekit:7880', publicUrl: 'wss://calls.example' });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(loadEnv({ GATEWAY_PORT: '', LIVEKIT_URL: ' ' })).toEqual(loadEnv({}));
  });

  it('names every problem at once, one line each', () => {
    const problems = problemsOf({
      GATEWAY_PORT: '99999',
      TEMPORAL_ADDRESS: 'temporal',
      LIVEKIT_URL: 'localhost',
      MAX_CONCURRENT_JOBS: '0',
      AGENT_HOST_ID: 'a b',
      CALL_ACCEPT_MS: '1.5s',
      CALL_DIAL_MS: String(MAX_DIAL_MS + 1),
      CORS_ORIGINS: 'https://ok.example, nonsense',
      LOG_LEVEL: 'loud',
    });
    expect(problems).toHaveLength(9);
    expect(problems).toContain(
      `  CALL_DIAL_MS: must be a whole number from 1 to ${MAX_DIAL_MS}, not "${MAX_DIAL_MS + 1}"`,
    );
    expect(problems).toContain('  GATEWAY_PORT: must be a whole number from 1 to 65535, not "99999"');
    expect(problems.filter((line) => /^ {2}[A-Z_]+: must be /.test(line))).toHaveLength(9);
  });

  it('keeps a bad secret out of the message', () => {
    const [problem] = problemsOf({ LIVEKIT_API_SECRET: 'hunter2' });
    expect(problem).toMatch(/LIVEKIT_API_SECRET: must have at least 32 characters/);
    expect(problem).not.toContain('hunter2');
  });

  it('keeps the login of a URL out of the message, and of a provider', () => {
    const problems = problemsOf({
      PIPER_URL: 'http://user:hunter2@piper:5000',
      VOSK_URL: 'ws://:hunter2@vosk:2700',
      LLM_BASE_URL: 'ftp://user:hunter2@llm/v1',
      GATEWAY_URL: 'ftp://user:hunter2@gateway',
    }).sort();
    expect(problems.join('\n')).toMatch(/PIPER_URL: must be without a login/);
    expect(problems.join('\n')).toMatch(/VOSK_URL: must be without a login/);
    expect(problems.join('\n')).toMatch(/GATEWAY_URL: must be an http/);
    expect(problems.join('\n')).toMatch(/LLM_BASE_URL: must be an http/);
    expect(problems.join('\n')).not.toContain('hunter2');
    expect(problemsOf({ TTS: 'piper', PIPER_URL: 'http://piper:5000/a@b' })).toEqual([]);
  });

  it('refuses durations and limits with which no call could work', () => {
    const least = {
      AGENT_WARM_PROCESSES: 1,
      LIVEKIT_AGENT_WAIT_TIMEOUT: 1_000,
      LIVEKIT_TEST_AGENT_WAIT_TIMEOUT: 1_000,
      CALL_DISPATCH_ATTEMPTS: 1,
      CALL_API_ATTEMPTS: 1,
      CALL_RENEW_MS: 3_000,
      CALL_HEARTBEAT_MS: 3_000,
      CALL_SETUP_MS: 1,
      RECONCILE_EVERY_MS: 1_000,
      START_BY_MS: 1_000,
    };
    const given = (less: number) =>
      Object.fromEntries(Object.entries(least).map(([name, value]) => [name, `${value - less}`]));
    expect(problemsOf(given(0))).toEqual([]);
    expect(problemsOf(given(1))).toHaveLength(Object.keys(least).length);
  });

  it('wants name and build of a worker deployment together', () => {
    expect(problemsOf({ WORKER_BUILD_ID: 'b1' })[0]).toMatch(/WORKER_DEPLOYMENT_NAME.*both, or neither/);
    expect(problemsOf({ WORKER_BUILD_ID: 'b1', WORKER_DEPLOYMENT_NAME: 'calls' })).toEqual([]);
  });

  it('says what does not fit together beside what is wrong by itself, but nothing that comes of it', () => {
    const wrong = { GATEWAY_PORT: 'x', TTS: 'piper', WORKER_BUILD_ID: 'b1' };
    expect(problemsOf(wrong)).toEqual([
      expect.stringContaining('GATEWAY_PORT'),
      expect.stringContaining('WORKER_DEPLOYMENT_NAME'),
      expect.stringContaining('PIPER_URL'),
    ]);
    expect(problemsOf({ TTS: 'piper', PIPER_URL: 'no address' })).toEqual([expect.stringContaining('PIPER_URL')]);
  });

  it('cannot be changed afterwards', () => {
    const env = loadEnv({}) as unknown as { gateway: { port: number } };
    expect(() => (env.gateway.port = 1)).toThrow(TypeError);
  });
});

describe('the policy variables', () => {
  const variable = (field: string) =>
    field === 'readyMs' ? 'LIVEKIT_AGENT_WAIT_TIMEOUT' : `CALL_${field.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
  const all = Object.fromEntries(Object.keys(DEFAULT_POLICY).map((field) => [variable(field), '7000']));

  it('cover every field of CallPolicy', () => {
    expect(completePolicy(loadEnv(all).policy)).toEqual(
      Object.fromEntries(Object.keys(DEFAULT_POLICY).map((field) => [field, 7_000])),
    );
  });

  it('change nothing when none is set', () => {
    expect(completePolicy(loadEnv({}).policy)).toEqual(DEFAULT_POLICY);
  });
});

describe('what is written about the variables', () => {
  it('.env.example has every variable, with the default that holds', () => {
    const example = Object.fromEntries(
      [...read('.env.example').matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]),
    );
    expect(Object.keys(example)).toEqual(expect.arrayContaining([...ENV_VARIABLES]));
    const expected = loadEnv({});
    expect(loadEnv(example)).toEqual({ ...expected, policy: DEFAULT_POLICY });
  });

  it('npm start opens the ports of the defaults', async () => {
    const { DEFAULT_PORTS } = await script('ports.mjs');
    const given = Object.fromEntries(Object.entries(DEFAULT_PORTS).map(([name, port]) => [name, String(port)]));
    expect(loadEnv(given)).toEqual(loadEnv({}));
    expect(ENV_VARIABLES).toEqual(expect.arrayContaining(Object.keys(DEFAULT_PORTS)));
  });
});
