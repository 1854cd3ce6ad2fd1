import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc/node';

export interface RelayServer {
  path: string;
  close: () => void;
}

/** Listens on a Unix socket in a folder that only this user can enter. Each job process connects once. */
export async function listenForJobs(
  onJob: (connection: MessageConnection) => void,
  onError: (error: Error) => void = () => undefined,
): Promise<RelayServer> {
  const folder = mkdtempSync(join(tmpdir(), 'durable-calls-')); // mode 0700
  const path = join(folder, 'host.sock');
  const server: Server = createServer((socket) => {
    socket.on('error', () => socket.destroy()); // a killed job resets its socket; 'close' follows
    const reader = new SocketMessageReader(socket);
    reader.partialMessageTimeout = 0; // its timer outlives the job
    onJob(createMessageConnection(reader, new SocketMessageWriter(socket)));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  server.on('error', onError); // a connection that could not be accepted
  return {
    path,
    close: () => {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
