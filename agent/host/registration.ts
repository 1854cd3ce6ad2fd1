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
    request.setTimeout(HANDSHAKE_MS, () =>
      request.destroy(new Error(`no answer of LiveKit within ${HANDSHAKE_MS / 1000} s`)),
    );
    request.once('upgrade', (_response, line: Duplex & { bytesRead: number }) => watchLine(line, logger));
  });
}

/** Counted, so that a host that was stopped for a while does not take its own pause for LiveKit's silence. */
function watchLine(line: Duplex & { bytesRead: number }, logger: Logger): void {
  let [heard, silentLooks] = [line.bytesRead, 0];
  const timer = setInterval(() => {
    silentLooks = line.bytesRead === heard ? silentLooks + 1 : 0;
    heard = line.bytesRead;
    if (silentLooks * LOOK_EVERY_MS < SILENT_MS) return;
    logger.warn(`LiveKit has been silent for ${SILENT_MS / 1000} s: this host registers again`);
    line.destroy();
  }, LOOK_EVERY_MS).unref();
  line.once('close', () => clearInterval(timer));
}
