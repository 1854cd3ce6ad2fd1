import type { ClientRequest } from 'node:http';
import { subscribe } from 'node:diagnostics_channel';
import type { Duplex } from 'node:stream';
import type { Logger } from '../../platform/logger.js';

/** Where LiveKit takes workers in. */
const PATH = /\/agent(\?|$)/;
/** The framework would wait for ever. Milliseconds. */
const HANDSHAKE_MS = 10_000;
/** LiveKit pings its workers every 10 s (pkg/service/wsprotocol.go). Milliseconds. */
const SILENT_MS = 35_000;
const LOOK_EVERY_MS = 5_000;

/**
 * A node or a network that goes without a word leaves a line to LiveKit on which nothing comes and nobody writes: the host
 * would look registered and get no job until TCP gives up, after a quarter of an hour. It is closed, and the framework
 * registers again. The framework has no setting for that, and its WebSocket is seen as it is asked for.
 */
export function watchRegistration(logger: Logger): void {
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: ClientRequest };
    if (!PATH.test(request.path) || request.getHeader('upgrade') !== 'websocket') return;
    const late = () => request.destroy(new Error(`no answer of LiveKit within ${HANDSHAKE_MS / 1000} s`));
    const timer = setTimeout(late, HANDSHAKE_MS).unref(); // the request's own begins only when TCP has connected
    request.once('close', () => clearTimeout(timer));
    request.once('upgrade', (_response, line: Duplex & { bytesRead: number }) => {
      clearTimeout(timer);
      watchLine(line, logger);
    });
  });
}

/**
 * Counted, so that a host that was stopped for a while does not take its own pause for LiveKit's silence. A LiveKit that
 * has never pinged is not expected to.
 */
function watchLine(line: Duplex & { bytesRead: number }, logger: Logger): void {
  let [heard, silentLooks, pings] = [line.bytesRead, 0, -1]; // the first that comes answers our registration
  const timer = setInterval(() => {
    if (line.bytesRead === heard) silentLooks += 1;
    else [heard, silentLooks, pings] = [line.bytesRead, 0, pings + 1];
    if (pings < 1 || silentLooks * LOOK_EVERY_MS < SILENT_MS) return;
    logger.warn(`LiveKit has been silent for ${SILENT_MS / 1000} s: this host registers again`);
    line.destroy();
  }, LOOK_EVERY_MS).unref();
  line.once('close', () => clearInterval(timer));
}
