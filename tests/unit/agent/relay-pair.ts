import { PassThrough } from 'node:stream';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc/node';

/** Both ends of the relay between a host and one of its job processes; neither listens yet; `end`: of the process. */
export function relayPair(): { host: MessageConnection; job: MessageConnection; end: () => void } {
  const [toHost, toJob] = [new PassThrough(), new PassThrough()];
  const connect = (from: PassThrough, to: PassThrough) =>
    createMessageConnection(new StreamMessageReader(from), new StreamMessageWriter(to));
  return { host: connect(toHost, toJob), job: connect(toJob, toHost), end: () => void toHost.destroy() };
}
