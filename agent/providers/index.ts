import type { llm, tts } from '@livekit/agents';
import type { Env } from '../../platform/env.js';
import { fromPlugin } from './plugin.js';
import type { Recogniser } from './stt/recogniser.js';

type Providers = Env['providers'];

/** Loads the provider that speaks. @throws naming what is missing, at start and not in a call */
export async function loadTts({ name, url, apiKey, model, voice }: Providers['tts']): Promise<tts.TTS> {
  if (name === 'espeak') return new (await import('./tts/espeak.js')).EspeakTTS();
  if (name === 'piper' && url) return (await import('./tts/piper.js')).piper(url, voice);
  if (name === 'openai' && url)
    return (await import('./tts/openai.js')).openaiCompatible({ url, apiKey, model, voice });
  return fromPlugin('TTS', name);
}

/** Loads the provider that listens; the embedded one loads its model with the first question. @throws as `loadTts` */
export async function loadRecogniser({ name, url, apiKey, model }: Providers['stt']): Promise<Recogniser> {
  if (name === 'grammar') return new (await import('./stt/grammar/index.js')).GrammarRecogniser();
  const { TranscribedSpeech } = await import('./stt/transcribed.js');
  if (name === 'vosk' && url) return new TranscribedSpeech((await import('./stt/vosk.js')).vosk(url));
  if (name === 'openai' && url)
    return new TranscribedSpeech((await import('./stt/openai.js')).openaiCompatible({ url, apiKey, model }));
  return new TranscribedSpeech(await fromPlugin('STT', name));
}

/** Loads the provider that converses; undefined: none is named. @throws as `loadTts` */
export async function loadLlm({ name, url, apiKey, model }: Providers['llm']): Promise<llm.LLM | undefined> {
  if (name === undefined) return undefined;
  if (name === 'openai' && url) return (await import('./llm/openai.js')).openaiCompatible({ url, apiKey, model });
  return fromPlugin('LLM', name, { ...(apiKey && { apiKey }), ...(model && { model }) });
}
