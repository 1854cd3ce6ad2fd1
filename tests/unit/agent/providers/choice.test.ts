import { describe, expect, it } from 'vitest';
import { loadLlm, loadRecogniser, loadTts } from '../../../../agent/providers/index.js';
import { fromPlugin } from '../../../../agent/providers/plugin.js';
import { spokenDigits } from '../../../../agent/providers/stt/spoken-digits.js';
import { loadEnv } from '../../../../platform/env.js';

const providers = (source: Record<string, string>) => loadEnv(source).providers;

describe('providers by name', () => {
  it('that need an address say so at start, all at once', () => {
    expect(() => loadEnv({ TTS: 'piper', STT: 'vosk', TTS_BASE_URL: 'http://127.0.0.1/v1' })).toThrow(
      /PIPER_URL: TTS=piper needs it[^]*VOSK_URL: STT=vosk needs it[^]*TTS_BASE_URL: is for TTS=openai, not piper/,
    );
    expect(() => loadEnv({ STT: '../evil' })).toThrow(/STT: must be the name of a provider/);
  });

  it('that are not installed say what to install', async () => {
    await expect(loadTts(providers({ TTS: 'nobody' }).tts)).rejects.toThrow(
      'TTS=nobody is none of espeak, piper, openai, and the plugin is not installed: npm install @livekit/agents-plugin-nobody',
    );
    await expect(loadRecogniser(providers({ STT: 'nobody' }).stt)).rejects.toThrow('STT=nobody is none of grammar');
  });

  it('that converse are none by default, the plugin of OpenAI, or another', async () => {
    const llm = (source: Record<string, string>) => loadLlm(providers(source).llm);
    expect(await llm({})).toBeUndefined();
    const local = await llm({ LLM: 'openai', LLM_BASE_URL: 'http://127.0.0.1:11434/v1', LLM_MODEL: 'llama' });
    expect(local).toMatchObject({ model: 'llama', provider: '127.0.0.1:11434' });
    expect(await llm({ LLM: 'openai', LLM_API_KEY: 'k' })).toMatchObject({ provider: 'api.openai.com' });
    await expect(llm({ LLM: 'openai' })).rejects.toThrow(/LLM=openai: .* cannot be used: OpenAI API key is required/);
    await expect(llm({ LLM: 'nobody' })).rejects.toThrow('npm install @livekit/agents-plugin-nobody');
    expect(() => loadEnv({ LLM_BASE_URL: 'http://127.0.0.1/v1' })).toThrow(/LLM_BASE_URL: is for LLM=openai/);
  });

  it('that miss their key, or are of another kind, say so', async () => {
    const keyless = class {
      constructor() {
        throw new Error('set SOME_API_KEY');
      }
    };
    const plugin = (exports: object) => fromPlugin('STT', 'some', {}, () => Promise.resolve(exports));
    await expect(plugin({ STT: keyless })).rejects.toThrow(
      'STT=some: @livekit/agents-plugin-some cannot be used: set SOME_API_KEY',
    );
    await expect(plugin({ LLM: keyless })).rejects.toThrow('has no STT');
  });
});

describe('spoken digits', () => {
  it.each([
    ['one two three four', '1234'],
    ['double seven, oh nine', '7709'],
    ['4711', '4711'],
    ['my pin is one', 'mypinis1'],
  ])('of "%s" are %s', (words, digits) => {
    expect(spokenDigits(words)).toBe(digits);
  });
});
