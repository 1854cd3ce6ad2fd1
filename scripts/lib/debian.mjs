import { findLiveKitSip, onPath } from './binaries.mjs';
import { missingPhonePackages, phoneTestProblem } from './phone.mjs';
import { runVisibly } from './run-visibly.mjs';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A browser for the browser tests. */
export const findChromium = () => process.env.CHROMIUM_PATH || BROWSERS.map(onPath).find(Boolean);

/** Programs that only tests need, and the Debian packages that bring them. */
const missingPackages = () => [
  ...(findChromium() ? [] : ['chromium']),
  ...(onPath('espeak-ng') ? [] : ['espeak-ng']),
  // For promtool, which tests ops/alerts.yml.
  ...(onPath('promtool') ? [] : ['prometheus']),
];

/** Where that is ours to do. */
const mayInstall = () => process.getuid?.() === 0 && onPath('apt-get') !== undefined;

/** The WASM build that speaks without it takes 0.35 s of CPU for a sentence, not 0.02: ten calls at once wait for that. */
export async function ensureSpeech(report) {
  const { ESPEAK_PATH, TTS } = process.env;
  if ((TTS?.trim() || 'espeak') !== 'espeak' || ESPEAK_PATH || onPath('espeak-ng') || !mayInstall()) return;
  try {
    await install(['espeak-ng'], report);
  } catch (error) {
    report(`${error.message.trim()}\nNo espeak-ng: its WASM build speaks instead, at more CPU (docs/providers.md)`);
  }
}

/** Installs them where that is ours to do, else names them. */
export async function ensureDebianPackages(report) {
  const missing = missingPackages();
  if (missing.length > 0 && !mayInstall()) {
    const install = process.platform === 'darwin' ? 'brew install' : 'sudo apt-get install';
    throw new Error(
      `The tests need ${missing.join(' and ')}: ${install} ${missing.join(' ')} (or set CHROMIUM_PATH to a Chromium)`,
    );
  }
  // Without livekit-sip there is nothing that they would be for, and without them the phone tests say what is missing.
  const forPhones = mayInstall() && findLiveKitSip() ? missingPhonePackages() : [];
  await install([...missing, ...forPhones], report);
  const still = missingPackages();
  if (still.length > 0) throw new Error(`apt-get installed, but ${still.join(' and ')} cannot be found`);
  const problem = phoneTestProblem();
  if (problem && process.env.CI) throw new Error(`CI tests phones too: ${problem}`);
}

async function install(packages, report) {
  if (packages.length === 0) return;
  const names = packages.join(' ');
  report(`installing ${names} (apt-get)`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runVisibly('apt-get', ['update', '-q', '-o', 'Acquire::http::Timeout=20', '-o', 'Acquire::Retries=0'], {
    report,
    what: 'apt-get update',
    env,
  });
  const args = ['install', '-y', '-q', '--no-install-recommends', ...packages];
  await runVisibly('apt-get', args, { report, what: `installing ${names}`, env });
}
