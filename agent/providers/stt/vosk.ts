import { once } from 'node:events';
import { APIConnectionError } from '@livekit/agents';
import { WebSocket } from 'undici';
import { BatchSTT } from './batch.js';
import type { Transcript } from './batch.js';

/** 0.2 s of audio, as the server's own clients send it. Bytes. */
const CHUNK = 6_400;

interface Message {
  text?: string;
  partial?: string;
  result?: { conf?: number }[];
}

/** Vosk's WebSocket server: its configuration, audio, end of file; then the words so far and those to the end. */
export const vosk = (url: string): BatchSTT =>
  new BatchSTT('Vosk', async (samples, rate, signal) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    const stop = () => socket.close();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      return await transcribe(socket, samples, rate);
    } finally {
      signal?.removeEventListener('abort', stop);
      socket.close();
    }
  });

const failed = (message: string) => new APIConnectionError({ message });

async function transcribe(socket: WebSocket, samples: Int16Array, rate: number): Promise<Transcript> {
  const finals: Message[] = [];
  const finished = new Promise<void>((resolve, reject) => {
    let ended = false;
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as Message;
      if (message.text !== undefined) finals.push(message);
    });
    socket.addEventListener('error', ({ error, message }) =>
      reject(failed(`no connection to ${socket.url}: ${String((error as Error)?.message || message)}`)),
    );
    socket.addEventListener('close', ({ code }) => {
      if (ended) return;
      ended = true;
      if (finals.length > 0) resolve();
      else reject(failed(`${socket.url} closed the connection without an answer (code ${code})`));
    });
  });
  finished.catch(() => undefined); // awaited below
  await Promise.race([once(socket as unknown as NodeJS.EventEmitter, 'open'), finished]);
  socket.send(JSON.stringify({ config: { sample_rate: rate } }));
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  for (let at = 0; at < bytes.length; at += CHUNK) socket.send(bytes.slice(at, at + CHUNK));
  socket.send(JSON.stringify({ eof: 1 }));
  await finished;
  const confidences = finals.flatMap(({ result = [] }) => result.flatMap(({ conf }) => conf ?? []));
  return {
    text: finals.flatMap(({ text }) => text || []).join(' '),
    confidence: confidences.length ? confidences.reduce((sum, each) => sum + each, 0) / confidences.length : 0,
  };
}
