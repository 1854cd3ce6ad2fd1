import { statSync } from 'node:fs';
import type { Logger } from '../../platform/logger.js';
import { findKey, type ApiKey } from './key.js';
import { keysById, readKeyFile, type KeyFile } from './key-file.js';

/** A key that was revoked works no longer than this. Milliseconds. */
const LOOK_MS = 1_000;

export interface Keys {
  /** The key that a token belongs to. */
  find(token: string): ApiKey | undefined;
  /** How many calls the organisation may have at a time, if the file says so. */
  maxCalls(org: string): number | undefined;
  close(): void;
}

/** The keys of a file, read again whenever it changes. A file that does not fit later on changes nothing. */
export function watchKeys(path: string, logger: Logger): Keys {
  let version = versionOf(path); // of before reading: a change meanwhile is seen as one
  let file: KeyFile = readKeyFile(path);
  let keys = keysById(file);
  const report = () => logger.info('API keys read', { file: path, keys: keys.size });
  const readAgain = () => {
    const now = versionOf(path);
    if (now === version) return;
    version = now;
    try {
      file = readKeyFile(path);
      keys = keysById(file);
      report();
    } catch (error) {
      logger.error('The changed API keys are not used: those of before still hold', { error });
    }
  };
  report();
  const timer = setInterval(readAgain, LOOK_MS).unref();
  return {
    find: (token) => findKey(keys, token),
    maxCalls: (org) =>
      file.organisations && Object.hasOwn(file.organisations, org) ? file.organisations[org]?.maxCalls : undefined,
    close: () => clearInterval(timer),
  };
}

function versionOf(path: string): string {
  const { ino, mtimeMs, size } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return [ino, mtimeMs, size].join();
}
