import { WavTTS } from './wav.js';

/** Any server with OpenAI's speech API. `url` ends before `/audio/speech`, usually with `/v1`. */
export const openaiCompatible = ({ url, apiKey, model = 'tts-1', voice = 'alloy' }: Endpoint): WavTTS =>
  new WavTTS(`speech at ${new URL(url).host}`, (input, signal) =>
    fetch(`${url.replace(/\/$/, '')}/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(apiKey && { authorization: `Bearer ${apiKey}` }) },
      body: JSON.stringify({ model, voice, input, response_format: 'wav' }),
      signal,
    }),
  );

interface Endpoint {
  url: string;
  apiKey?: string | undefined;
  model?: string | undefined;
  voice?: string | undefined;
}
