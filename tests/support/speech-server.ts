import { execFileSync } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface SpeechServer {
  url: string;
  asked: { path: string; authorization: string | undefined; type: string; body: Buffer }[];
  /** Set by tests: so many connections are reset instead of answered. */
  resets: number;
  /** Set by tests: so many answers break off in the middle of the header, and so many never begin. */
  cuts: number;
  hangs: number;
  /** Set by tests: so many requests are answered 503. */
  busy: number;
  stop: () => void;
}

/** Answers with WAV by espeak-ng, as Piper's HTTP server (`text`) and OpenAI's speech API (`input`) do; hears "yes". */
export async function startSpeechServer(): Promise<SpeechServer> {
  const asked: SpeechServer['asked'] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const body = await buffer(request);
    const { authorization, 'content-type': type = '' } = request.headers;
    if (speech.resets-- > 0) return request.socket.resetAndDestroy();
    if (speech.hangs-- > 0) return;
    if (speech.busy-- > 0) return response.writeHead(503).end('busy');
    asked.push({ path: request.url ?? '', authorization, type, body });
    if (request.url?.endsWith('/transcriptions')) return response.end(JSON.stringify({ text: 'Yes.' }));
    const { text, input = text } = JSON.parse(body.toString()) as { text?: string; input?: string };
    if (!input || input.includes('refuse')) return response.writeHead(400).end('No text given');
    const wav = execFileSync('espeak-ng', ['--stdin', '--stdout'], { input });
    response.writeHead(200, { 'content-type': 'audio/wav' });
    if (speech.cuts-- > 0) return response.write(wav.subarray(0, 21), () => request.socket.resetAndDestroy());
    // In pieces, the first of them in the middle of the header.
    for (const [from, to] of [
      [0, 21],
      [21, 5_000],
      [5_000, wav.length],
    ])
      response.write(wav.subarray(from, to));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () => (server.close(), server.closeAllConnections());
  const speech = { url, asked, resets: 0, cuts: 0, hangs: 0, busy: 0, stop };
  return speech;
}
