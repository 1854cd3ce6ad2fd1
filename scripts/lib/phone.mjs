import { spawnSync } from 'node:child_process';
import { findLiveKitSip, onPath } from './binaries.mjs';

/** Debian packages that the telephone part needs, each with what shows that it is there. */
export const missingPhonePackages = () => [
  ...(onPath('redis-server') ? [] : ['redis-server']),
  ...(onPath('sipp') ? [] : ['sip-tester']),
  ...(runs(findLiveKitSip()) ? [] : ['libopus0', 'libopusfile0', 'libsoxr0']),
];

/** It does not start without its shared libraries. */
const runs = (program) => program !== undefined && spawnSync(program, ['--version']).status === 0;

/** Why `npm start -- --phone` cannot run here, in one line; undefined when it can. */
export function phoneProblem() {
  const program = findLiveKitSip();
  if (!program) {
    return 'livekit-sip is missing: build it (https://github.com/livekit/sip) and set LIVEKIT_SIP_PATH, or use docker compose --profile phone';
  }
  if (!runs(program)) return `${program} does not run: apt-get install libopus0 libopusfile0 libsoxr0`;
  if (!onPath('redis-server')) return 'redis-server is missing, which LiveKit SIP needs: apt-get install redis-server';
  return undefined;
}

/** The same for the tests, which also need a telephone. */
export const phoneTestProblem = () =>
  phoneProblem() ?? (onPath('sipp') ? undefined : 'SIPp is missing: apt-get install sip-tester');
