import { WavTTS } from './wav.js';

/** Piper's HTTP server (`python3 -m piper.http_server`): text in, WAV out. */
export const piper = (url: string, voice?: string): WavTTS =>
  new WavTTS('Piper', (text, signal) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, ...(voice && { voice }) }),
      signal,
    }),
  );
