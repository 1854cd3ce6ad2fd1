import { unwatchFile, watchFile } from 'node:fs';
import type { Logger } from '../../platform/logger.js';
import { findKey, type ApiKey } from './key.js';
import { keysById, readKeyFile } from './key-file.js';

/** A key that was revoked works no longer than this. Milliseconds. */
const LOOK_MS = 1_000;

export interface Keys {
  /** The key that a token belongs to. */
  find(token: string): ApiKey | undefined;
  close(): void;
}

/** The keys of a file, read again whenever it changes. A file that does not fit later on changes nothing. */
export function watchKeys(path: string, logger: Logger): Keys {
  let keys = keysById(readKeyFile(path));
  const report = () => logger.info('API keys read', { file: path, keys: keys.size });
  const readAgain = () => {
    try {
      keys = keysById(readKeyFile(path));
      report();
    } catch (error) {
      logger.error('The changed API keys are not used: those of before still hold', { error });
    }
  };
  report();
  watchFile(path, { interval: LOOK_MS, persistent: false }, readAgain);
  return { find: (token) => findKey(keys, token), close: () => unwatchFile(path, readAgain) };
}
