import { once } from 'node:events';
import { connect } from 'node:net';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { RELAY_PATH_VARIABLE } from './protocol.js';

/** Connects a job process to its host. @throws when the host does not listen: this process is then of no use */
export async function connectToHost(path = process.env[RELAY_PATH_VARIABLE]): Promise<MessageConnection> {
  if (!path) throw new Error(`${RELAY_PATH_VARIABLE} is not set: a job runs only under its host (agent/main.ts)`);
  const socket = connect(path);
  await once(socket, 'connect');
  return createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
}
