import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const rtcNode = require.resolve('@livekit/rtc-node');

interface Bindings {
  livekitInitialize(onEvent: (data: Uint8Array) => void, captureLogs: boolean, version: string): void;
}

/**
 * rtc-node (0.13.35) has its native engine send every debug line of WebRTC to JavaScript, where nobody reads it: some
 * 2,200 messages until an agent has joined a room and spoken, half of what its process computes by then. There is no
 * setting for it. Without, the engine writes what RUST_LOG asks for to stderr; by default nothing.
 * Call it before the first use of rtc-node: the engine starts only once.
 */
export function muteNativeLog(): void {
  process.env.RUST_LOG ??= 'off';
  const bindings = createRequire(rtcNode)('@livekit/rtc-ffi-bindings') as Bindings;
  const { livekitInitialize } = bindings;
  bindings.livekitInitialize = (onEvent, _captureLogs, version) => livekitInitialize(onEvent, false, version);
}

/**
 * Silences rtc-node's own logger too. It writes to stdout, where `--json` promises one object and nothing else, and
 * rtc-node has no setting for it; so the logger is found by its path in the package.
 */
export function silenceRtcLog(): void {
  muteNativeLog();
  const { log } = require(join(dirname(rtcNode), 'log.cjs')) as { log: { level: string } };
  log.level = 'silent';
}
