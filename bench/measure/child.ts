import { fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { compiled } from '../paths.js';

/** A process of the benchmark, spoken to over its IPC channel (JSON-RPC). */
export interface Child {
  pid: number;
  /** For its notifications. */
  rpc: MessageConnection;
  /** A request to it; fails when the process ends before it has answered. */
  ask: MessageConnection['sendRequest'];
  /** Never resolves; rejects when the process ends. */
  ended: Promise<never>;
  /** Ends it and its children. */
  stop(): Promise<void>;
}

const LAST_LINES = 15;

/** `program`: a file of dist/bench/ that calls `serveParent`. */
export function startChild(program: string, env: Record<string, string>, logFile: string): Child {
  const log = openSync(logFile, 'a');
  // A process group of its own, which ends as one.
  const child = fork(compiled(program), { env, detached: true, stdio: ['ignore', log, log, 'ipc'] });
  const exited = once(child, 'exit');
  const ended = exited.then(([code, signal]) => {
    const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LAST_LINES); // the file ends with the run
    throw new Error([`${program} ended (${signal ?? `exit code ${code}`}); its log:`, ...lines].join('\n'));
  });
  ended.catch(() => undefined); // not everyone asks
  const rpc = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  rpc.onError(() => undefined); // the end follows
  let closed = false;
  rpc.onClose(() => {
    closed = true;
    rpc.dispose(); // rejects what is asked
  });
  rpc.listen();
  return {
    pid: child.pid!,
    rpc,
    ask: (async (...asked: [string]) => {
      try {
        return await rpc.sendRequest(...asked);
      } catch (error) {
        if (closed) return ended; // which says more
        throw error;
      }
    }) as Child['ask'],
    ended,
    stop: async () => {
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        return; // it is gone already
      }
      await exited;
    },
  };
}

/** In the child: the line to its parent. A child whose parent is gone ends at once, with its children. */
export function serveParent(): MessageConnection {
  process.once('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
  return createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
}
