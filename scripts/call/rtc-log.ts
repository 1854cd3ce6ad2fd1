import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Silences rtc-node's own logger. It writes to stdout, where `--json` promises one object and nothing else, and
 * rtc-node has no setting for it; so the logger is found by its path in the package.
 */
export function silenceRtcLog(): void {
  const require = createRequire(import.meta.url);
  const { log } = require(join(dirname(require.resolve('@livekit/rtc-node')), 'log.cjs')) as {
    log: { level: string };
  };
  log.level = 'silent';
}
