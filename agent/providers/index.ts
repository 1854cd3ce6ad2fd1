import type { tts } from '@livekit/agents';

/** Loads the speech provider that the environment names. @throws naming what is missing, at start and not in a call */
export async function loadTts(name: string): Promise<tts.TTS> {
  if (name === 'espeak') return new (await import('./tts/espeak.js')).EspeakTTS();
  throw new Error(`TTS=${name} is not known: use espeak`);
}
