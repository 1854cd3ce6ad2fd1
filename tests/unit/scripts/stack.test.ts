import { startStack } from '#stack';
import { expect, it, vi } from 'vitest';

it("a stack gets nothing of a developer's .env but what is given to it", async () => {
  const theirs = { ENCRYPTION_KEYS: 'k1:x', WEBHOOKS_FILE: 'w.json', WEBHOOK_RETRY_MS: '1', TRANSCRIPTS_DIR: 't' };
  const traces = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
  for (const [name, value] of Object.entries({ ...theirs, ...traces })) vi.stubEnv(name, value);
  const none = { temporal: false, livekit: false, worker: false, gateway: false, agents: 0 };
  const stack = await startStack({ ...none, env: { TRANSCRIPTS_DIR: 'given' } });
  try {
    const found = Object.keys(stack.env).filter((name) => name in theirs || name in traces);
    expect(found).toEqual(['TRANSCRIPTS_DIR']);
    expect(stack.env.TRANSCRIPTS_DIR).toBe('given');
  } finally {
    vi.unstubAllEnvs();
    await stack.stop();
  }
});
