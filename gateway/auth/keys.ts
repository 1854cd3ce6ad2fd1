import { unwatchFile, watchFile } from 'node:fs';
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
  let file: KeyFile = readKeyFile(path);
  let keys = keysById(file);
  const report = () => logger.info('API keys read', { file: path, keys: keys.size });
  const readAgain = () => {
    try {
      file = readKeyFile(path);
      keys = keysById(file);
      report();
    } catch (error) {
      logger.error('The changed API keys are not used: those of before still hold', { error });
    }
  };
  report();
  watchFile(path, { interval: LOOK_MS, persistent: false }, readAgain);
  return {
    find: (token) => findKey(keys, token),
    maxCalls: (org) =>
      file.organisations && Object.hasOwn(file.organisations, org) ? file.organisations[org]?.maxCalls : undefined,
    close: () => unwatchFile(path, readAgain),
  };
}
