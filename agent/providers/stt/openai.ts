import { APIStatusError } from '@livekit/agents';
import { networkError } from '../network-error.js';
import { BatchSTT } from './batch.js';

/** Any server with OpenAI's transcription API. `url` ends before `/audio/transcriptions`, usually with `/v1`. */
export function openaiCompatible({ url, apiKey, model = 'whisper-1' }: Endpoint): BatchSTT {
  const label = `transcription at ${new URL(url).host}`;
  return new BatchSTT(label, async (samples, rate, signal) => {
    const form = new FormData();
    form.set('model', model);
    form.set('response_format', 'json');
    form.set('file', new Blob([wav(samples, rate)], { type: 'audio/wav' }), 'speech.wav');
    try {
      const answer = await fetch(`${url.replace(/\/$/, '')}/audio/transcriptions`, {
        method: 'POST',
        headers: apiKey ? { authorization: `Bearer ${apiKey}` } : {},
        body: form,
        signal: signal ?? null,
      });
      const body = await answer.text();
      if (answer.ok) return { text: (JSON.parse(body) as { text?: string }).text ?? '', confidence: 0 };
      throw new APIStatusError({
        message: `${label} answered ${answer.status}: ${body.slice(0, 300)}`,
        options: { statusCode: answer.status },
      });
    } catch (error) {
      throw networkError(error, label);
    }
  });
}

interface Endpoint {
  url: string;
  apiKey?: string | undefined;
  model?: string | undefined;
}

function wav(samples: Int16Array, rate: number): Buffer<ArrayBuffer> {
  const header = Buffer.alloc(44);
  const bytes = samples.byteLength;
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + bytes, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(bytes, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, bytes)]);
}
