import { initializeLogger } from '@livekit/agents';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Speech } from '../../../../agent/job/speech.js';
import { loadRecogniser, loadTts } from '../../../../agent/providers/index.js';
import { DEFAULT_POLICY } from '../../../../contract/index.js';
import { loadEnv } from '../../../../platform/env.js';
import { rms } from '../../../../scripts/call/energy.js';
import { say } from '../../../../scripts/recognition/voice.js';
import { type SpeechServer, startSpeechServer } from '../../../support/speech-server.js';

let server: SpeechServer;
beforeAll(async () => {
  initializeLogger({ pretty: false, level: 'silent' });
  server = await startSpeechServer();
});
afterAll(() => server.stop());

const voice = async (source: Record<string, string>) => new Speech(await loadTts(loadEnv(source).providers.tts));

/** Seconds of audio that are not silent. */
async function spoken(speech: Speech, text: string): Promise<number> {
  let seconds = 0;
  for await (const { data, sampleRate } of speech.speak(text)) if (rms(data) > 100) seconds += data.length / sampleRate;
  return seconds;
}

describe('a Piper server', () => {
  it('speaks', async () => {
    const piper = await voice({ TTS: 'piper', PIPER_URL: server.url, TTS_VOICE: 'amy' });
    expect(await spoken(piper, 'Your appointment is tomorrow at ten.')).toBeGreaterThan(1);
    const { type, body } = server.asked.at(-1)!;
    expect(type).toBe('application/json');
    expect(JSON.parse(body.toString())).toEqual({ text: 'Your appointment is tomorrow at ten.', voice: 'amy' });
  });

  it('whose connection breaks is asked again, as one that is busy', async () => {
    server.resets = 1;
    const piper = await voice({ TTS: 'piper', PIPER_URL: server.url });
    expect(await spoken(piper, 'Hello there.')).toBeGreaterThan(0.3);
  });

  it('whose answer breaks off before a sound is asked again', async () => {
    server.cuts = 1;
    const piper = await voice({ TTS: 'piper', PIPER_URL: server.url });
    expect(await spoken(piper, 'Hello there.')).toBeGreaterThan(0.3);
  });

  it('that hangs is asked again while the caller still waits', async () => {
    server.hangs = 1;
    const piper = await voice({ TTS: 'piper', PIPER_URL: server.url });
    const began = performance.now();
    expect(await spoken(piper, 'Hello there.')).toBeGreaterThan(0.3);
    expect(performance.now() - began).toBeLessThan(DEFAULT_POLICY.silenceMs);
  });

  it('that refuses is a failure with its words, never silence', async () => {
    // As in a job process: the framework tells of a failure by an event, and lets the rejection go.
    const before = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    const letGo = new Promise((resolve) => process.on('unhandledRejection', resolve));
    try {
      const piper = await voice({ TTS: 'piper', PIPER_URL: server.url });
      await expect(spoken(piper, 'refuse')).rejects.toThrow(/Piper gave no speech: .*No text given/);
      await letGo;
    } finally {
      process.removeAllListeners('unhandledRejection');
      for (const listener of before) process.on('unhandledRejection', listener);
    }
  });
});

describe('a server with the OpenAI API', () => {
  const given = () => ({ TTS: 'openai', TTS_BASE_URL: `${server.url}/v1`, STT_BASE_URL: `${server.url}/v1/` });

  it('speaks', async () => {
    const speech = await voice({ ...given(), STT: 'openai', TTS_API_KEY: 'k', TTS_MODEL: 'kokoro' });
    expect(await spoken(speech, 'Hello there.')).toBeGreaterThan(0.3);
    const { path, authorization, body } = server.asked.at(-1)!;
    expect({ path, authorization }).toEqual({ path: '/v1/audio/speech', authorization: 'Bearer k' });
    expect(JSON.parse(body.toString())).toMatchObject({
      model: 'kokoro',
      input: 'Hello there.',
      response_format: 'wav',
    });
  });

  it('listens', async () => {
    const { stt } = loadEnv({ STT: 'openai', STT_BASE_URL: `${server.url}/v1`, STT_API_KEY: 'k' }).providers;
    const recogniser = await loadRecogniser(stt);
    expect(recogniser.understands({ kind: 'text', maxLength: 10 }, 'de')).toBe(true);
    const words = await recogniser.hear({ kind: 'text', maxLength: 10 }, say('yes'));
    expect(words).toBe('Yes.');
    const { path, authorization, type, body } = server.asked.at(-1)!;
    expect({ path, authorization }).toEqual({ path: '/v1/audio/transcriptions', authorization: 'Bearer k' });
    expect(type).toMatch(/^multipart\/form-data/);
    expect(body.includes('RIFF')).toBe(true);
  });

  it.each(['busy', 'resets'] as const)('is asked once more what was said when it %s', async (how) => {
    server[how] = 1;
    const recogniser = await loadRecogniser(loadEnv({ STT: 'openai', ...given() }).providers.stt);
    expect(await recogniser.hear({ kind: 'text', maxLength: 10 }, say('yes'))).toBe('Yes.');
    server[how] = 2;
    await expect(recogniser.hear({ kind: 'text', maxLength: 10 }, say('yes'))).rejects.toThrow(/transcription at /);
    server[how] = 0;
  });

  it('is not asked any more when nobody waits', async () => {
    server.hangs = 1;
    const recogniser = await loadRecogniser(loadEnv({ STT: 'openai', ...given() }).providers.stt);
    const stop = AbortSignal.timeout(200);
    await expect(recogniser.hear({ kind: 'text', maxLength: 10 }, say('yes'), stop)).rejects.toThrow(/abort|timeout/i);
    expect(server.hangs).toBe(0);
  });
});
