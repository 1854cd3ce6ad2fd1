import { z } from 'zod';
import * as field from './env-fields.js';

/** Who speaks, who listens, and who converses. A name that is none of ours is a plugin of the agents framework. */
export const providerVariables = z.object({
  TTS: field.pluginName('espeak'),
  TTS_BASE_URL: field.webUrlWithoutLogin.optional(),
  TTS_API_KEY: field.optionalText,
  TTS_MODEL: field.optionalText,
  TTS_VOICE: field.optionalText,
  PIPER_URL: field.webUrlWithoutLogin.optional(),
  STT: field.pluginName('grammar'),
  STT_BASE_URL: field.webUrlWithoutLogin.optional(),
  STT_API_KEY: field.optionalText,
  STT_MODEL: field.optionalText,
  VOSK_URL: field.socketUrlWithoutLogin.optional(),
  LLM: field.optionalPluginName,
  LLM_BASE_URL: field.webUrlWithoutLogin.optional(),
  LLM_API_KEY: field.optionalText,
  LLM_MODEL: field.optionalText,
});
type Variables = z.infer<typeof providerVariables>;

export const providersOf = (v: Variables) => ({
  tts: {
    name: v.TTS,
    url: v.TTS === 'piper' ? v.PIPER_URL : v.TTS_BASE_URL,
    apiKey: v.TTS_API_KEY,
    model: v.TTS_MODEL,
    voice: v.TTS_VOICE,
  },
  stt: {
    name: v.STT,
    url: v.STT === 'vosk' ? v.VOSK_URL : v.STT_BASE_URL,
    apiKey: v.STT_API_KEY,
    model: v.STT_MODEL,
  },
  /** Without a name there is none: `converse` takes `unavailable`. */
  llm: { name: v.LLM, url: v.LLM_BASE_URL, apiKey: v.LLM_API_KEY, model: v.LLM_MODEL },
});

/** `openai` without an address is the framework's plugin, and OpenAI itself. */
export function providerProblems(v: Variables): string[] {
  const needs = (given: unknown, variable: string, by: string, example: string) =>
    given === undefined ? [`${variable}: ${by} needs it, as in ${example}`] : [];
  return [
    ...(v.TTS === 'piper' ? needs(v.PIPER_URL, 'PIPER_URL', 'TTS=piper', 'http://127.0.0.1:5000') : []),
    ...(v.STT === 'vosk' ? needs(v.VOSK_URL, 'VOSK_URL', 'STT=vosk', 'ws://127.0.0.1:2700') : []),
    ...(v.TTS_BASE_URL && v.TTS !== 'openai' ? [`TTS_BASE_URL: is for TTS=openai, not ${v.TTS}`] : []),
    ...(v.STT_BASE_URL && v.STT !== 'openai' ? [`STT_BASE_URL: is for STT=openai, not ${v.STT}`] : []),
    ...(v.LLM_BASE_URL && v.LLM !== 'openai'
      ? [`LLM_BASE_URL: is for LLM=openai, not ${v.LLM ?? 'none: set LLM=openai'}`]
      : []),
  ];
}
