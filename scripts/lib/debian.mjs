import { onPath } from './binaries.mjs';
import { runVisibly } from './run-visibly.mjs';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A browser for the browser tests. */
export const findChromium = () => process.env.CHROMIUM_PATH || BROWSERS.map(onPath).find(Boolean);

/** Programs that only tests need, and the Debian packages that bring them. */
const missingPackages = () => [...(findChromium() ? [] : ['chromium']), ...(onPath('espeak-ng') ? [] : ['espeak-ng'])];

/** Installs them where that is ours to do (root, apt-get), else names them. */
export async function ensureDebianPackages(report) {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const names = missing.join(' ');
  const mayInstall = process.getuid?.() === 0 && onPath('apt-get');
  if (!mayInstall) {
    throw new Error(
      `The tests need ${missing.join(' and ')}: sudo apt-get install ${names} (or set CHROMIUM_PATH to a Chromium)`,
    );
  }
  report(`installing ${names} (apt-get)`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runVisibly('apt-get', ['update', '-q'], { report, what: 'apt-get update', env });
  const install = ['install', '-y', '-q', '--no-install-recommends', ...missing];
  await runVisibly('apt-get', install, { report, what: `installing ${names}`, env });
  const still = missingPackages();
  if (still.length > 0) throw new Error(`apt-get installed ${names}, but ${still.join(' and ')} cannot be found`);
}
