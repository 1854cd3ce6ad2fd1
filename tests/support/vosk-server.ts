import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

export interface VoskServer {
  url: string;
  /** Sample rates that clients configured. */
  rates: number[];
  stop: () => void;
}

/** Speaks Vosk's WebSocket protocol over another recogniser: Vosk's own models cannot be had everywhere. */
export async function startVoskServer(hear: (audio: Buffer) => Promise<string>): Promise<VoskServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const rates: number[] = [];
  server.on('connection', (socket) => {
    const audio: Buffer[] = [];
    socket.on('message', async (data: Buffer, isBinary) => {
      if (isBinary) {
        audio.push(data);
        return socket.send(JSON.stringify({ partial: '' }));
      }
      const message = JSON.parse(data.toString()) as { config?: { sample_rate: number }; eof?: 1 };
      if (message.config) rates.push(message.config.sample_rate);
      if (!message.eof) return;
      const text = await hear(Buffer.concat(audio)).catch(() => '');
      const result = text.split(' ').map((word) => ({ conf: 1, start: 0, end: 0, word }));
      socket.send(JSON.stringify(text ? { result, text } : { text }));
      socket.close();
    });
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rates,
    stop: () => {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}
