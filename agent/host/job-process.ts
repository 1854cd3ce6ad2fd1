import { CancellationTokenSource, ConnectionError, ErrorCodes, ResponseError } from 'vscode-jsonrpc/node';
import type { MessageConnection, RequestType } from 'vscode-jsonrpc/node';
import type { Chat } from '../../contract/index.js';
import { notify } from '../relay/notify.js';
import * as relay from '../relay/protocol.js';

const PING_EVERY_MS = 2_000;
/** Counted, not measured: a host that was stopped for a while must not take its own pause for the job's silence. */
const PINGS_UNANSWERED = 3;
/** Beyond what leaving a room and the framework's own shutdown take. Milliseconds. */
const LEAVE_MS = 30_000;

/** The job's process is gone or does not answer. */
export class JobGone extends Error {}

/** One job process as its host sees it: a connection that lives exactly as long as the process. */
export class JobProcess {
  pid: number | undefined;
  job: relay.Assigned | undefined;
  /** The conversation that it is in, or was in last. */
  chat: Chat | undefined;
  /** The last words of it that the call was told of; see `Spoken`. */
  told = -1;
  /** It said itself that it cannot load. */
  cannotLoad = false;
  /** Rejects with JobGone, once. */
  readonly gone: Promise<never>;
  private lose!: (error: JobGone) => void;
  private unanswered = 0;
  private pings: NodeJS.Timeout | undefined;
  private leaving: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    readonly connection: MessageConnection,
    onLoaded = () => undefined as void,
  ) {
    this.gone = new Promise((_, reject) => (this.lose = reject));
    this.gone.catch(() => undefined); // whoever waits for it handles it
    connection.onNotification(relay.hello, ({ pid }) => {
      this.loaded(pid);
      onLoaded();
    });
    connection.onClose(() => this.end('its process ended'));
    connection.onError(([error]) => this.end(`its socket failed: ${error.message}`));
  }

  /** Only now: loading may keep it from answering for longer than a job may be silent. The framework limits that. */
  private loaded(pid: number): void {
    this.pid = pid;
    clearInterval(this.pings);
    this.pings = setInterval(() => this.ping(), PING_EVERY_MS);
    this.pings.unref();
  }

  private ping(): void {
    if (this.unanswered >= PINGS_UNANSWERED)
      return this.end(`it did not answer for ${(PINGS_UNANSWERED * PING_EVERY_MS) / 1000} s`);
    this.unanswered += 1;
    this.connection.sendRequest(relay.ping).then(
      () => (this.unanswered = 0),
      () => undefined, // the socket closed, `onClose` says so
    );
  }

  private end(why: string): void {
    this.ended = true;
    clearInterval(this.pings);
    clearTimeout(this.leaving);
    this.lose(new JobGone(why));
    this.connection.dispose();
  }

  /** Tells it to leave the room: its call does without it. */
  dismiss(reason: string): void {
    void notify(this.connection, relay.dismiss, { reason });
    this.mustEnd();
  }

  /** It has nothing more to do. One that has not ended soon hangs, and holds a place. */
  mustEnd(): void {
    if (this.ended) return; // its id may be another's by then
    this.leaving ??= setTimeout(() => this.kill(), LEAVE_MS).unref();
  }

  /** It was told that it is not needed. */
  get isLeaving(): boolean {
    return this.leaving !== undefined;
  }

  /** For a process that hangs: it would not listen to anything gentler. */
  kill(): void {
    try {
      if (this.pid !== undefined) process.kill(this.pid, 'SIGKILL');
    } catch {
      // ended by itself just now
    }
    this.end('it was killed');
  }

  /** Sends a command; `signal` cancels it in the job. @throws JobGone, or the job's own error */
  async request<P, R>(type: RequestType<P, R, void>, command: P, signal: AbortSignal): Promise<R> {
    const cancel = new CancellationTokenSource();
    const abort = () => cancel.cancel();
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([this.connection.sendRequest<R>(type.method, command, cancel.token), this.gone]);
    } catch (error) {
      const closed =
        error instanceof ConnectionError ||
        (error instanceof ResponseError && error.code === ErrorCodes.PendingResponseRejected);
      // The rejection by the closing socket may overtake `gone`.
      throw closed ? new JobGone('its process ended') : error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}
